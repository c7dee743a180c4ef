import type { QueryLanguage, State } from '../../../src/compilers/asl/model.ts';
import type { Sight, Variables } from './values.ts';
import { type End, type Failed, TooManyEnds, type World } from './world.ts';

/** What surrounds the states of one machine, branch or item. */
export interface Surroundings {
  readonly world: World;
  /** The machine's query language. */
  readonly language: QueryLanguage;
  readonly execution: { readonly name: string; readonly input: unknown; readonly startedAt: number };
  /** `$$.Map.Item` */
  readonly item?: unknown;
  readonly budget: Budget;
}

/** A state about to be performed. */
export interface Entry {
  readonly name: string;
  readonly input: unknown;
  readonly variables: Variables;
  readonly at: number;
}

/** One way a state may be left. */
export type Exit =
  | ({ readonly kind: 'went'; readonly next: string | undefined; readonly output: unknown } & Left)
  | { readonly kind: 'failed'; readonly failure: Failed };

interface Left {
  readonly variables: Variables;
  readonly at: number;
}

export const MOST_ENDS = 64;

/** Bounds the work, which grows with every race between failures. */
export class Budget {
  #left: number;
  constructor(states: number) {
    this.#left = states;
  }
  spend(): void {
    if (this.#left-- <= 0) throw new TooManyEnds('too many states entered');
  }
}

/** The ends without repetition. */
export function distinct(ends: readonly End[]): End[] {
  const seen = new Map(ends.map((end) => [JSON.stringify(end), end]));
  if (seen.size > MOST_ENDS) throw new TooManyEnds(`${seen.size} ends`);
  return [...seen.values()];
}

export function languageOf(state: State, { language }: Surroundings): QueryLanguage {
  return state.QueryLanguage ?? language;
}

/** The context object as a state sees it. */
export function contextOf(
  around: Surroundings,
  entry: Entry,
  retryCount: number | undefined,
  item = around.item,
): Record<string, unknown> {
  const { world, execution } = around;
  const { execution: run, machine } = world.names ?? { execution: 'execution', machine: 'machine' };
  const arn = 'arn:aws:states:us-east-1:111111111111';
  return {
    Execution: {
      Id: `${arn}:execution:${machine}:${run}`,
      Input: execution.input,
      Name: run,
      RoleArn: 'arn:aws:iam::111111111111:role/role',
      StartTime: new Date(execution.startedAt).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: `${arn}:stateMachine:${machine}`, Name: machine },
    State: {
      Name: entry.name,
      EnteredTime: new Date(entry.at).toISOString(),
      ...(retryCount !== undefined && { RetryCount: retryCount }),
    },
    ...(item !== undefined && { Map: { Item: item } }),
  };
}

export function sightOf(around: Surroundings, entry: Entry, retryCount?: number): Sight {
  return { variables: entry.variables, context: contextOf(around, entry, retryCount), now: entry.at };
}
