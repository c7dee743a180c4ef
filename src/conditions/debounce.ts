import type { DebounceCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';

const QUIET_TIMER = 'quiet';

/** Fires once events have ceased for `quietMs`, at the latest `maxWaitMs` after the first; then begins anew. */
export const debounce: ConditionType<DebounceCondition> = {
  type: 'debounce',
  compile: ({ quietMs, maxWaitMs }) => ({
    type: 'debounce',
    afterOutcome: 'renew',
    evaluate(event, context, { now, setTimer }) {
      const first = (context.values['first'] as number | undefined) ?? now;
      const quietAt = now + quietMs;
      setTimer(QUIET_TIMER, maxWaitMs === undefined ? quietAt : Math.min(quietAt, first + maxWaitMs));
      context.values['first'] = first;
      context.values['count'] = ((context.values['count'] as number | undefined) ?? 0) + 1;
      context.values['last'] = event.data ?? null;
      context.touch();
      return undefined;
    },
    onTimer: () => FIRE,
  }),
};
