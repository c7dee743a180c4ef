import type { TaskAction } from '../../model/documents.ts';
import type { EffectPolicy } from '../../model/effect.ts';
import { TidegateError } from '../../model/errors.ts';
import type { Limits } from '../../model/limits.ts';
import { type ActionType, type CompiledAction, compileValue, policyOf } from '../action.ts';
import { activityNameOf } from './arn.ts';

/** How the result of a task comes: with the answer, at the end of what was started, or by a report under a token. */
export type TaskPattern = NonNullable<TaskAction['pattern']>;

/** What the invoker of tasks gets. */
export interface TaskRequest {
  /** ARN without the pattern's suffix, such as `arn:aws:states:::lambda:invoke`. */
  readonly resource: string;
  readonly pattern: TaskPattern;
  /** Strings in it may hold `TASK_TOKEN`. */
  readonly arguments: unknown;
}

/** Calls what an ARN names. Resource, arguments and times are templates, evaluated when the action is planned. */
export const task: ActionType<TaskAction> = {
  compile(definition: TaskAction, limits: Limits): CompiledAction {
    const resource = compileValue(definition.resource, limits);
    const given = compileValue(definition.arguments ?? null, limits);
    const timeoutMs = compileValue(definition.timeoutMs ?? null, limits);
    const heartbeatMs = compileValue(definition.heartbeatMs ?? null, limits);
    const subject = compileValue(definition.subject ?? null, limits);
    const { retry, concurrency, ratePerSecond, assign, pattern = 'request' } = definition;
    const fixed = policyOf({
      ...(retry && { retry }),
      ...(concurrency !== undefined && { concurrency }),
      ...(ratePerSecond !== undefined && { ratePerSecond }),
    });
    return {
      type: 'task',
      plan(environment) {
        const arn = resource(environment);
        if (typeof arn !== 'string')
          throw new TidegateError(
            'ACTION_FAILED',
            `the resource of the task is ${JSON.stringify(arn)}, no ARN`,
          );
        const named = subject(environment);
        const policy: EffectPolicy = {
          ...fixed,
          ...millisecondsOf('timeoutMs', timeoutMs(environment)),
          ...millisecondsOf('heartbeatMs', heartbeatMs(environment)),
        };
        return {
          op: 'invoke',
          kind: 'task',
          request: { resource: arn, pattern, arguments: given(environment) },
          policy,
          subject: named === null ? undefined : String(named),
          assign,
          ...(definition.hold !== undefined && { hold: definition.hold }),
          ...(pattern.startsWith('sync') && { revocable: true }),
          async: pattern !== 'request' || activityNameOf(arn) !== undefined,
        };
      },
    };
  },
};

/** Null: the time is not set. */
function millisecondsOf(name: 'timeoutMs' | 'heartbeatMs', value: unknown): EffectPolicy {
  if (value === null || value === undefined) return {};
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return { [name]: value };
  throw new TidegateError(
    'ACTION_FAILED',
    `${name} of the task is ${JSON.stringify(value)}; it must be a positive number of milliseconds`,
  );
}
