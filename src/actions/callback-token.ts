import { createHmac, timingSafeEqual } from 'node:crypto';
import { TidegateError } from '../model/errors.ts';

/** What a callback token speaks of. */
export interface CallbackClaim {
  /** `workflow/run` */
  readonly run: string;
  /** Id of the effect that is to be completed. */
  readonly effect: string;
}

/** Characters of a token at most: names and scopes at their limits come to some 2,400. */
export const LONGEST_CALLBACK_TOKEN = 4_096;

/** Part of what is signed, so that nothing else signed under the same key passes for a token. */
const PURPOSE = 'tidegate callback\n';

/** An effect's id begins with its run, which a claim need not hold twice. */
const WITHIN_RUN = 1;
type Claim = readonly [run: string, effect: string] | readonly [run: string, rest: string, typeof WITHIN_RUN];

/** A token for one effect: the claim and its HMAC-SHA256, both base64url, with a full stop between. */
export function signCallback(key: string, { run, effect }: CallbackClaim): string {
  const said: Claim = effect.startsWith(run) ? [run, effect.slice(run.length), WITHIN_RUN] : [run, effect];
  const claim = Buffer.from(JSON.stringify(said)).toString('base64url');
  return `${claim}.${signatureOf(key, claim)}`;
}

/** Throws INVALID_TOKEN for anything that `signCallback` did not make, character by character, under the same key. */
export function verifyCallback(key: string, token: string): CallbackClaim {
  const end = token.lastIndexOf('.');
  if (end < 0 || token.length > LONGEST_CALLBACK_TOKEN) throw invalid();
  const claim = token.slice(0, end);
  const given = Buffer.from(token.slice(end + 1));
  const wanted = Buffer.from(signatureOf(key, claim));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw invalid();
  const [run, rest, within] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as Claim;
  return { run, effect: within === WITHIN_RUN ? `${run}${rest}` : rest };
}

function signatureOf(key: string, claim: string): string {
  return createHmac('sha256', key).update(PURPOSE).update(claim).digest('base64url');
}

function invalid(): TidegateError {
  return new TidegateError('INVALID_TOKEN', 'the callback token was not issued by this engine');
}
