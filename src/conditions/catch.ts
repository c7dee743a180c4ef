import { errorOutput } from '../expressions/index.ts';
import type { CatchCondition } from '../model/documents.ts';
import type { ConditionType } from './condition.ts';

/** Matched by every error but those that end the run whatever is caught. */
const ALL = 'States.ALL';
const TASK_FAILED = 'States.TaskFailed';
const TIMEOUT = 'States.Timeout';
const HEARTBEAT = 'States.HeartbeatTimeout';
/** Errors of the definition itself: nothing catches them but their own name. */
const RUNTIME = 'States.Runtime';

/** What a failure leads to: an attempt that a retrier still grants, the first catcher that names it, or the end. */
export const catchCondition: ConditionType<CatchCondition> = {
  type: 'catch',
  compile: ({ retry = [], catch: catchers = [] }) => ({
    type: 'catch',
    afterOutcome: 'repeat',
    evaluate(event) {
      const error = errorOutput(event.data).Error ?? '';
      const retrier = retry.findIndex(({ errors }) => namesError(errors, error));
      if (retrier >= 0 && (event.token?.tries?.[retrier] ?? 0) < retry[retrier]!.maxAttempts) {
        return `retry:${retrier}`;
      }
      const catcher = catchers.findIndex((errors) => namesError(errors, error));
      return catcher >= 0 ? `catch:${catcher}` : 'fail';
    },
  }),
};

/** Whether one of the names of a retrier or catcher stands for the error. */
export function namesError(errors: readonly string[], error: string): boolean {
  for (const name of errors) {
    if (name === error) return true;
    if (name === ALL && error !== RUNTIME) return true;
    if (name === TASK_FAILED && error !== TIMEOUT && error !== RUNTIME) return true;
    if (name === TIMEOUT && error === HEARTBEAT) return true;
  }
  return false;
}
