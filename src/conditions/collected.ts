import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { Members } from './members.ts';

/** Bytes that keeping `data` with a join costs; throws CONTEXT_TOO_LARGE where the join would hold too much. */
export function bytesToCollect(limits: Limits, members: Members, data: unknown): number {
  if (data === undefined) return 0;
  const bytes = JSON.stringify(data).length;
  if (members.bytes + bytes <= limits.collectedBytes) return bytes;
  throw new TidegateError(
    'CONTEXT_TOO_LARGE',
    `the join holds ${members.bytes} bytes of its members' data, and ${bytes} more would pass the limit collectedBytes, ${limits.collectedBytes}`,
    { details: { limit: 'collectedBytes', maximum: limits.collectedBytes, actual: members.bytes + bytes } },
  );
}

/** Throws CONTEXT_TOO_LARGE where the values of a context are beyond the limit. */
export function requireContextWithin(limits: Limits, values: Readonly<Record<string, unknown>>): void {
  const bytes = JSON.stringify(values).length;
  if (bytes <= limits.contextBytes) return;
  throw new TidegateError(
    'CONTEXT_TOO_LARGE',
    `the context would take ${bytes} bytes; the limit contextBytes is ${limits.contextBytes}`,
    { details: { limit: 'contextBytes', maximum: limits.contextBytes, actual: bytes } },
  );
}
