import { compileExpression } from '../expressions/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import { scopePath } from '../triggers/index.ts';
import type { MemberKey } from './members.ts';

/** Compiles `by`: what makes an event's member key. Where the keys are `listed` they are all strings, as in the list. */
export function memberKey(
  by: string | undefined,
  limits: Limits,
  listed: boolean,
): (event: CloudEvent) => MemberKey {
  const keyOf = compileKey(by, limits);
  return listed ? (event) => String(keyOf(event)) : keyOf;
}

function compileKey(by: string | undefined, limits: Limits): (event: CloudEvent) => MemberKey {
  if (by === undefined || by === 'subject') return (event) => event.subject ?? '';
  if (by === 'index') return indexKey;
  const { evaluate } = compileExpression(by, { limits, variables: ['event'] });
  return (event) => {
    const key = evaluate({ event });
    if (typeof key === 'string' || typeof key === 'number') return key;
    throw new TidegateError(
      'CONDITION_FAILED',
      `"by": ${by} gave ${JSON.stringify(key)}, not a string or number`,
    );
  };
}

/** The index an event carries in its data, else that of its scope. */
function indexKey(event: CloudEvent): MemberKey {
  const data = event.data as { index?: unknown } | null | undefined;
  if (typeof data === 'object' && data !== null && typeof data.index === 'number') return data.index;
  const index = event.scope === undefined ? undefined : scopePath.indexOf(event.scope);
  if (index !== undefined) return index;
  throw new TidegateError('CONDITION_FAILED', `event ${event.id} has no index in its data or scope`);
}

/** A member's data: the result of a scope that ended, else the event's data. */
export function memberData(event: CloudEvent): unknown {
  if (event.type === EVENT_TYPES.scopeEnded) return (event.data as { result?: unknown }).result ?? null;
  return event.data ?? null;
}
