import type { QueryLanguage, TaskState } from '../../../src/compilers/asl/model.ts';
import type { Entry, Surroundings } from './execution.ts';
import { numberOf, type Sight } from './values.ts';
import type { End } from './world.ts';

/** One call of a task, with its timeout and the limit on its result. */
export function callTask(
  state: TaskState,
  language: QueryLanguage,
  entry: Entry,
  { world }: Surroundings,
  at: number,
  sight: Sight,
  input: unknown,
  argument: unknown,
  retryCount: number,
): End {
  const fields = state as unknown as Readonly<Record<string, unknown>>;
  const timeout = numberOf(language, 'TimeoutSeconds', fields, input, sight);
  const answer = world.call(state.Resource, argument, { state: entry.name, retryCount });
  const takesMs = answer.takesMs ?? 0;
  if (timeout !== undefined && takesMs > timeout * 1000) {
    return { status: 'FAILED', error: 'States.Timeout', cause: undefined, at: at + timeout * 1000 };
  }
  if (takesMs === Number.POSITIVE_INFINITY) throw new Error(`the task of ${entry.name} never ends`);
  const ended = at + takesMs;
  if ('error' in answer) return { status: 'FAILED', error: answer.error, cause: answer.cause, at: ended };
  if (Buffer.byteLength(JSON.stringify(answer.result) ?? '') > world.resultBytes) {
    const service = /^arn:aws:states:::([^:]+):/.exec(state.Resource)?.[1] ?? state.Resource;
    const cause = `The state/task '${service}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    return { status: 'FAILED', error: 'States.DataLimitExceeded', cause, at: ended };
  }
  return { status: 'SUCCEEDED', output: answer.result, at: ended };
}
