import type { Limits } from '../../model/limits.ts';
import { EffectError } from '../action.ts';

/** The result, if its JSON is within the limit `payloadBytes`; else throws States.DataLimitExceeded. */
export function withinPayload<T>(result: T, resource: string, limits: Limits): T {
  requirePayload(Buffer.byteLength(JSON.stringify(result) ?? ''), resource, limits);
  return result;
}

/** Throws States.DataLimitExceeded where that many bytes are beyond the limit `payloadBytes`. */
export function requirePayload(bytes: number, resource: string, limits: Limits): void {
  if (bytes <= limits.payloadBytes) return;
  const message = `The state/task '${nameOf(resource)}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new EffectError({ code: 'States.DataLimitExceeded', message, retryable: false });
}

/** Of an integration its service, of anything else the ARN. */
function nameOf(resource: string): string {
  const [, integration] = /^arn:aws[a-z-]*:states:::(.+):[^:]+$/.exec(resource) ?? [];
  return integration ?? resource;
}
