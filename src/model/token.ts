/**
 * What a run's thread of control carries from state to state. In a state that waits it is kept with what the state waits
 * for, and comes back with the event that ends the wait. JSON.
 */
export interface Token {
  /** Counts along the token's path; what a state causes is numbered by it. */
  readonly turn: number;
  /** The turn at which its state was entered, where that is another one: at the start of a scope that the state forks. */
  readonly entered?: number;
  /** When its state was entered, milliseconds of the epoch; absent on the way in. */
  readonly at?: number;
  /** Of the state's work, from 1 where absent. */
  readonly attempt?: number;
  /** Attempts that each retrier of the state has granted. */
  readonly tries?: readonly number[];
  /** Turns taken since it entered its state: by earlier attempts, and inside its scopes. */
  readonly spent?: number;
  /** What the state was entered with, where it is needed again. */
  readonly input?: unknown;
}

/** What is kept of a token: itself, or with the input of its state. */
export type Hold = 'token' | 'input';

/** The token as a state keeps it while it waits. */
export function heldToken(token: Token, hold: Hold, input: unknown, now: number): Token {
  const { input: before, ...rest } = token;
  const at = token.at ?? now;
  return hold === 'input' ? { ...rest, at, input: before === undefined ? input : before } : { ...rest, at };
}

/** The token on its way to the next state. */
export function movedToken(token: Token, turns: number): Token {
  return { turn: token.turn + turns + (token.spent ?? 0) };
}

/** The token in its state, with so many turns of it more; or fewer. */
export function spentToken(token: Token | undefined, turns: number | undefined): Token | undefined {
  return token === undefined || turns === undefined ? token : { ...token, spent: (token.spent ?? 0) + turns };
}

/** Names the entries of a state apart, also repeated ones: derived, so that it is the same on every replay. */
export function entryOf({ turn, attempt }: Token): string {
  return attempt === undefined ? `${turn}` : `${turn}.${attempt}`;
}
