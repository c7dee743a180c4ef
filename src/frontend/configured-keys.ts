import { TidegateError } from '../model/errors.ts';
import { hashKey, type KeyHash } from './key-hash.ts';
import { ALL_SCOPES, isScope, type Scope } from './scopes.ts';

export interface ConfiguredKey {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly kept: KeyHash;
}

const HASHED = /^sha256\$([A-Za-z0-9_-]{0,64})\$([0-9a-f]{64})$/;
/** A key that people chose must not be one that people guess. */
const MIN_KEY_LENGTH = 24;

/**
 * Reads entries of TIDEGATE_API_KEYS: `KEY` or `KEY:scope+scope`, where KEY is the key itself or `sha256$SALT$HEX`, the
 * hash of salt and key. Without scopes it holds all. Throws INVALID_CONFIGURATION, never showing the key.
 */
export function parseConfiguredKeys(entries: readonly string[]): readonly ConfiguredKey[] {
  return entries.map((entry, index) => {
    const colon = entry.indexOf(':');
    const key = (colon < 0 ? entry : entry.slice(0, colon)).trim();
    const hashed = HASHED.exec(key);
    if (!hashed && key.startsWith('sha256$'))
      throw invalid(index, 'is no "sha256$SALT$HEX" with 64 hex digits');
    if (!hashed && key.length < MIN_KEY_LENGTH)
      throw invalid(index, `is a key of fewer than ${MIN_KEY_LENGTH} characters`);
    const scopes =
      colon < 0
        ? ALL_SCOPES
        : entry
            .slice(colon + 1)
            .split('+')
            .map((scope) => scope.trim());
    const unknown = scopes.find((scope) => !isScope(scope));
    if (unknown !== undefined)
      throw invalid(index, `names the scope ${JSON.stringify(unknown)}; there are ${ALL_SCOPES.join(', ')}`);
    const id = `configured-${index + 1}`;
    return {
      id,
      scopes: scopes as readonly Scope[],
      kept: hashed ? { salt: hashed[1] as string, hash: hashed[2] as string } : hashKey(key, id),
    };
  });
}

function invalid(index: number, fault: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `entry ${index + 1} of TIDEGATE_API_KEYS ${fault}`);
}
