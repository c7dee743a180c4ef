import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * How a key is kept. A salted fast hash is enough because keys have 256 random bits: there is nothing to guess, and a
 * slow one would cost each request.
 */
export interface KeyHash {
  readonly salt: string;
  /** SHA-256 of salt and key, hex. */
  readonly hash: string;
}

export function hashKey(key: string, salt: string): KeyHash {
  return { salt, hash: digest(key, salt).toString('hex') };
}

/** In constant time. */
export function matchesHash(key: string, kept: KeyHash): boolean {
  const expected = Buffer.from(kept.hash, 'hex');
  const actual = digest(key, kept.salt);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function digest(key: string, salt: string): Buffer {
  return createHash('sha256').update(salt).update(key).digest();
}
