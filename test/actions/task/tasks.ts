import { onTestFinished } from 'vitest';
import {
  type AwsClients,
  awsClients,
  type Invoker,
  ResourceMap,
  type ResourceTarget,
  type TaskInvokerDeps,
  taskInvoker,
} from '../../../src/actions/index.ts';
import type { TaskPattern } from '../../../src/actions/task/task.ts';
import type { Effect, EffectFailure } from '../../../src/model/effect.ts';
import type { Limits } from '../../../src/model/limits.ts';
import { effect, failure, never } from '../calls.ts';
import { dependencies } from '../dependencies.ts';

export const CALLBACK_KEY = 'key of this test';

/** Variables that lead the SDK to a server of the test; they stay set for the test file's process. */
export function leadSdkTo(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ...variables,
  });
}

export interface Tasks {
  readonly aws: AwsClients;
  readonly invoker: Invoker;
  /** Performs a task; resolves with its result. */
  run(resource: string, given: unknown, more?: RunOptions): Promise<unknown>;
  /** The failure it ends with. */
  fail(resource: string, given: unknown, more?: RunOptions): Promise<EffectFailure>;
}
interface RunOptions {
  readonly pattern?: TaskPattern;
  readonly effect?: Partial<Effect>;
  readonly signal?: AbortSignal;
}

export function tasks(
  options: Partial<TaskInvokerDeps> & {
    readonly map?: Readonly<Record<string, ResourceTarget>>;
    readonly environment?: Record<string, string>;
    readonly limit?: Partial<Limits>;
  } = {},
): Tasks {
  const { map = {}, environment = {}, limit = {}, ...deps } = options;
  const aws = deps.aws ?? awsClients(process.env);
  onTestFinished(() => aws.close());
  const invoker = taskInvoker({
    ...dependencies({ environment, limits: limit }),
    aws,
    resources: new ResourceMap(map),
    callbackKey: CALLBACK_KEY,
    ...deps,
  });
  const run: Tasks['run'] = (resource, given, { pattern = 'request', signal, effect: more } = {}) => {
    const made = effect('task', { resource, pattern, arguments: given }, more);
    return invoker.invoke(made, signal === undefined ? never : { signal });
  };
  return { aws, invoker, run, fail: (...call) => failure(run(...call)) };
}
