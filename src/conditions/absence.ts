import type { AbsenceCondition } from '../model/documents.ts';
import { type ConditionType, FIRE } from './condition.ts';
import { afterOutcome } from './gathering.ts';
import { compilePattern } from './pattern.ts';

const DEADLINE_TIMER = 'absence';

/**
 * Fires when `of` was not followed by `unless` within `withinMs`. Each further `of` while waiting leaves the first deadline
 * as it is. The event that the actions see is none; `context.since` is when `of` came (milliseconds of the epoch).
 */
export const absence: ConditionType<AbsenceCondition> = {
  type: 'absence',
  compile(definition, limits) {
    const begins = compilePattern(definition.of, limits);
    const ends = compilePattern(definition.unless, limits);
    return {
      type: 'absence',
      afterOutcome: afterOutcome(definition.reset),
      evaluate(event, context, environment) {
        const waiting = context.values['since'] !== undefined;
        if (waiting && ends(event)) {
          delete context.values['since'];
          context.touch();
          environment.cancelTimer(DEADLINE_TIMER);
        } else if (!waiting && begins(event)) {
          environment.setTimer(DEADLINE_TIMER, environment.now + definition.withinMs);
          context.values['since'] = environment.now;
          context.touch();
        }
        return undefined;
      },
      onTimer: (_name, context) => (context.values['since'] === undefined ? undefined : FIRE),
    };
  },
};
