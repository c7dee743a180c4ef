import { createHmac, timingSafeEqual } from 'node:crypto';
import { TidegateError } from '../model/errors.ts';

/** What a callback token speaks of. */
export interface CallbackClaim {
  /** `workflow/run` */
  readonly run: string;
  /** Id of the effect that is to be completed. */
  readonly effect: string;
}

const LONGEST_TOKEN = 2_048;

/** A token for one effect: the claim and its HMAC-SHA256, both base64url. */
export function signCallback(key: string, { run, effect }: CallbackClaim): string {
  const claim = Buffer.from(JSON.stringify([run, effect])).toString('base64url');
  return `${claim}.${mac(key, claim).toString('base64url')}`;
}

/** Throws INVALID_TOKEN for anything that `signCallback` did not make under the same key. */
export function verifyCallback(key: string, token: string): CallbackClaim {
  const [claim, signature, ...rest] = token.length <= LONGEST_TOKEN ? token.split('.') : [];
  if (claim === undefined || signature === undefined || rest.length > 0) throw invalid();
  const given = Buffer.from(signature, 'base64url');
  const wanted = mac(key, claim);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw invalid();
  const [run, effect] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as [string, string];
  return { run, effect };
}

function mac(key: string, claim: string): Buffer {
  return createHmac('sha256', key).update(claim).digest();
}

function invalid(): TidegateError {
  return new TidegateError('INVALID_TOKEN', 'the callback token was not issued by this engine');
}
