import type { Effect } from '../../model/effect.ts';
import type { Limits } from '../../model/limits.ts';
import type { ArnScope } from '../../model/step-functions-arns.ts';
import type { Invoker } from '../action.ts';
import type { OutgoingCallDeps } from '../outgoing-call.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { ActivityQueue } from './activity.ts';
import type { AwsClients } from './aws-clients.ts';
import type { Executions } from './start-execution.ts';
import type { TaskRequest } from './task.ts';

/** What tasks need to be performed. */
export interface TaskDeps extends OutgoingCallDeps {
  readonly aws: AwsClients;
  readonly resources: ResourceMap;
  /** The invoker of named functions. Absent: none can be mapped to. */
  readonly functions?: Invoker | undefined;
  /** Absent: no nested executions. */
  readonly executions?: Executions | undefined;
  /** Of ARNs that are made up here; default: those of `DEFAULT_ARN_SCOPE`. */
  readonly arns?: ArnScope | undefined;
  /** Absent: no activities. */
  readonly activities?: ActivityQueue | undefined;
  readonly limits: Limits;
}

/** One task on its way: its arguments hold the token where they held its place. */
export interface TaskCall {
  readonly effect: Effect;
  readonly request: TaskRequest;
  readonly signal: AbortSignal;
}

/** Performs one kind of task. Rejects with an EffectError whose code and message are the error's name and cause. */
export type Integration = (call: TaskCall, deps: TaskDeps) => Promise<unknown>;

/** The arguments as an object; anything else has no members. */
export function argumentsOf({ request }: TaskCall): Readonly<Record<string, unknown>> {
  const given = request.arguments;
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? (given as Record<string, unknown>)
    : {};
}
