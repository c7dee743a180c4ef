import type { WindowCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';
import { afterOutcome } from './gathering.ts';

/**
 * Fires when `threshold` events were processed within the last `withinMs` milliseconds; `context.times` holds those still
 * inside. After firing with `reset: on-fire` the window begins empty.
 */
export const window: ConditionType<WindowCondition> = {
  type: 'window',
  compile: ({ threshold, withinMs, reset }) => ({
    type: 'window',
    afterOutcome: afterOutcome(reset),
    evaluate(_event, context, { now }) {
      const times = ((context.values['times'] as number[] | undefined) ?? []).filter(
        (time) => time > now - withinMs,
      );
      times.push(now);
      context.values['times'] = times;
      context.values['count'] = times.length;
      context.touch();
      return times.length >= threshold ? FIRE : undefined;
    },
  }),
};
