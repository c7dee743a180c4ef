import { ACCEPTED, type ACCEPTED as Accepted } from '../action.ts';
import { effectError } from '../effect-error.ts';
import type { TaskCall, TaskDeps } from './integration.ts';

/** One unit of an activity's work, for whoever asks for the next. */
export interface ActivityTask {
  /** Opaque, at most 1,024 characters: success, failure and heartbeats are reported with it. */
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
  /** Id of the effect: the same when it is offered again. */
  readonly effect: string;
  /** `workflow/run` */
  readonly run: string;
}

/** Where tasks wait for the workers of an activity. Offered again under the same effect, a task stands there once. */
export interface ActivityQueue {
  offer(activityArn: string, task: ActivityTask): Promise<void>;
}

/** Hands the task to the queue of its activity; a worker that takes it reports with the token. */
export async function activity(
  { effect, request }: TaskCall,
  { activities }: TaskDeps,
  taskToken: string,
): Promise<typeof Accepted> {
  if (activities === undefined)
    throw effectError('RESOURCE_UNSUPPORTED', `${request.resource}: this worker has no queues of activities`);
  await activities.offer(request.resource, {
    taskToken,
    input: JSON.stringify(request.arguments),
    effect: effect.id,
    run: effect.run,
  });
  return ACCEPTED;
}
