import type { CloudEvent } from '../model/cloud-event.ts';
import type { Completion } from '../model/effect.ts';

/**
 * What a step takes. Events and commands come from the log; completions from the dispatcher; timers from the worker's clock.
 * `continue` goes on with work that a step's budget left over; it is no input of its own.
 */
export type Input =
  | { readonly kind: 'event'; readonly event: CloudEvent }
  | { readonly kind: 'command'; readonly event: CloudEvent }
  | { readonly kind: 'completion'; readonly completion: Completion }
  | { readonly kind: 'timer'; readonly id: string; readonly at: number }
  | { readonly kind: 'continue' };

/** Types of the command events: all that changes a run, ordered with its other events. */
export const COMMANDS = {
  start: 'dev.tidegate.command.start',
  cancel: 'dev.tidegate.command.cancel',
  pause: 'dev.tidegate.command.pause',
  resume: 'dev.tidegate.command.resume',
  redrive: 'dev.tidegate.command.redrive',
  /** A standing or correlated run goes over to the version in `data`. */
  adopt: 'dev.tidegate.command.adopt',
  /** The run goes, with its history. */
  delete: 'dev.tidegate.command.delete',
  addTrigger: 'dev.tidegate.command.trigger.add',
  putTrigger: 'dev.tidegate.command.trigger.put',
  changeTrigger: 'dev.tidegate.command.trigger.change',
  intercept: 'dev.tidegate.command.intercept',
  removeInterception: 'dev.tidegate.command.intercept.remove',
  callbackSuccess: 'dev.tidegate.command.callback.success',
  callbackFailure: 'dev.tidegate.command.callback.failure',
  callbackHeartbeat: 'dev.tidegate.command.callback.heartbeat',
  /** A fork that is open gets other bounds: `data` is a ForkChange. */
  changeFork: 'dev.tidegate.command.fork.change',
  /** Another run ended that this one waits for: `data` is `{effect, status, output, error, cause}`. */
  runEnded: 'dev.tidegate.command.run.ended',
  /** An effect that failed for good is performed again as a further attempt: `data` is `{pending}`. */
  retryEffect: 'dev.tidegate.command.effect.retry',
  /** A dead letter delivered again: `data` is its event; dedupe is passed by. */
  replay: 'dev.tidegate.command.replay',
} as const;
export const COMMAND_PREFIX = 'dev.tidegate.command.';
