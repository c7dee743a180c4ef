import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { splitRunKey } from '../model/run.ts';
import type { DeadLetter } from '../stores/state-store.ts';
import { derivedRunId } from './router.ts';

/** Completes a draft; the id derives from the cause, so that the same one written again changes nothing. */
export function deadLetterOf(
  partition: number,
  at: number,
  draft: {
    readonly reason: string;
    readonly message: string;
    readonly run?: string;
    readonly trigger?: string;
    readonly event?: CloudEvent;
    readonly effect?: Effect;
    /** What came instead of an event that could be read. */
    readonly text?: string;
  },
): DeadLetter {
  const { reason, message, run, trigger, event, effect, text } = draft;
  const cause = effect?.id ?? (event === undefined ? (text ?? '') : `${event.source} ${event.id}`);
  const id = `${partition}-${derivedRunId(reason, run ?? '', trigger ?? '', cause)}`;
  const content = event === undefined ? text : JSON.stringify(event);
  return {
    id,
    partition,
    reason,
    message,
    at,
    ...(run !== undefined && splitRunKey(run)),
    ...(trigger !== undefined && { trigger }),
    ...(content !== undefined && effect === undefined && { event: content }),
    ...(effect !== undefined && { effect: JSON.stringify(effect) }),
  };
}
