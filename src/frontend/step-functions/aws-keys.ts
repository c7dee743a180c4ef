import { TidegateError } from '../../model/errors.ts';
import { ALL_SCOPES, isScope, type Scope } from '../scopes.ts';

/** A pair of keys that clients sign with. */
export interface AwsKey {
  readonly accessKey: string;
  readonly secret: string;
  readonly scopes: readonly Scope[];
}

/**
 * Reads entries of TIDEGATE_AWS_KEYS: `ACCESS_KEY:SECRET` or `ACCESS_KEY:SECRET:scope+scope`. Without scopes a pair holds all. Throws
 * INVALID_CONFIGURATION, never showing the secret.
 */
export function parseAwsKeys(entries: readonly string[]): ReadonlyMap<string, AwsKey> {
  const keys = new Map<string, AwsKey>();
  for (const [index, entry] of entries.entries()) {
    const [accessKey = '', secret = '', names, ...rest] = entry.split(':');
    if (!/^\w{1,128}$/.test(accessKey) || secret.length < 8 || rest.length > 0)
      throw invalid(index, 'is no "ACCESS_KEY:SECRET" with a secret of 8 characters or more');
    const scopes = names === undefined ? ALL_SCOPES : names.split('+').map((name) => name.trim());
    const unknown = scopes.find((scope) => !isScope(scope));
    if (unknown !== undefined)
      throw invalid(index, `names the scope ${JSON.stringify(unknown)}; there are ${ALL_SCOPES.join(', ')}`);
    keys.set(accessKey, { accessKey, secret, scopes: scopes as readonly Scope[] });
  }
  return keys;
}

function invalid(index: number, fault: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `entry ${index + 1} of TIDEGATE_AWS_KEYS ${fault}`);
}
