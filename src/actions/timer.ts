import type { CancelTimerAction, SetTimerAction } from '../model/documents.ts';
import { TidegateError } from '../model/errors.ts';
import { type ActionType, compileValue } from './action.ts';

/** A durable timer that comes back as event `dev.tidegate.timer` with the timer's name as subject. */
export const setTimer: ActionType<SetTimerAction> = {
  compile(definition, limits) {
    const { name, afterMs, at, data } = definition;
    const template = compileValue(
      { name, afterMs: asTemplate(afterMs), at: at ?? null, data: data ?? null },
      limits,
    );
    const holds = definition.hold === undefined ? {} : { hold: definition.hold };
    return {
      type: 'set-timer',
      plan(environment) {
        const value = template(environment) as Record<'name' | 'afterMs' | 'at' | 'data', unknown>;
        const time =
          value.at === null ? environment.now + Number(value.afterMs ?? 0) : Date.parse(String(value.at));
        if (!Number.isFinite(time)) {
          throw new TidegateError(
            'ACTION_FAILED',
            `timer "${name}": ${JSON.stringify(value.at ?? value.afterMs)} is neither milliseconds nor an RFC 3339 time`,
          );
        }
        return { op: 'set-timer', name: String(value.name), at: time, data: value.data, ...holds };
      },
    };
  },
};

function asTemplate(afterMs: unknown): unknown {
  return afterMs ?? null;
}

export const cancelTimer: ActionType<CancelTimerAction> = {
  compile(definition, limits) {
    const name = compileValue(definition.name, limits);
    return {
      type: 'cancel-timer',
      plan: (environment) => ({ op: 'cancel-timer', name: String(name(environment)) }),
    };
  },
};
