import type { Operation } from '../actions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { effectId } from '../model/effect.ts';
import { type Hold, heldToken, movedToken, spentToken, type Token } from '../model/token.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import { addTrigger, changeTrigger, putInterception } from './dynamic-triggers.ts';
import { startEffect } from './effects.ts';
import { endRun } from './end-run.ts';
import { cancelFork, endScope, fork } from './forks.ts';
import { internalEvent } from './internal-event.ts';
import { retryState } from './retry-state.ts';
import type { Scope } from './scope.ts';
import type { Step } from './step.ts';

/** Does what a firing planned. `activation` and the place in the list are what effect ids derive from. */
export function applyOperations(
  step: Step,
  trigger: CompiledTrigger,
  scope: Scope,
  activation: number,
  operations: readonly Operation[],
  event: CloudEvent | undefined,
): void {
  const { run } = step;
  const token = event?.token;
  const attempt = (trigger.definition.state && token?.attempt) ?? 1;
  for (let place = 0; place < operations.length; place++) {
    const operation = operations[place]!;
    if (run.ended && operation.op !== 'invoke') continue;
    switch (operation.op) {
      case 'invoke':
        startEffect(step, {
          id: effectId(run.key, scope.path, trigger.id, activation, place, attempt),
          kind: operation.kind,
          run: run.key,
          scope: scope.path,
          trigger: trigger.id,
          activation,
          place,
          attempt,
          request: operation.request,
          policy: operation.policy,
          subject: operation.subject ?? trigger.id,
          ...(operation.assign !== undefined && { assign: operation.assign }),
          ...(operation.async && { async: true }),
          ...(operation.revocable && { revocable: true }),
          ...(event?.traceparent !== undefined && { traceparent: event.traceparent }),
          ...keep(step, event, operation.hold),
        });
        break;
      case 'emit':
        step.enqueue(
          internalEvent(
            step,
            operation.type,
            operation.subject,
            scope.path,
            `${run.key}:${scope.path}:${trigger.id}:${activation}.${place}`,
            operation.data,
            event?.traceparent,
            spentToken(emitted(step, trigger, event, operation), operation.spend),
          ),
        );
        break;
      case 'set':
        for (const [name, value] of Object.entries(operation.values)) run.setVariable(scope, name, value);
        break;
      case 'set-timer': {
        const id = `u${scope.path}|${operation.name}`;
        step.setTimer({
          id,
          at: operation.at,
          scope: scope.path,
          kind: 'user',
          name: operation.name,
          data: operation.data,
          ...keep(step, event, operation.hold),
        });
        break;
      }
      case 'retry-state':
        retryState(step, scope, trigger, operation, event);
        break;
      case 'cancel-timer':
        step.cancelTimer(`u${scope.path}|${operation.name}`);
        break;
      case 'fork':
        fork(step, scope, operation, event);
        break;
      case 'end-scope':
        endScope(step, scope, operation, token);
        break;
      case 'cancel-fork':
        cancelFork(step, scope, operation.name);
        break;
      case 'complete':
        endRun(step, 'SUCCEEDED', { output: operation.output });
        break;
      case 'fail':
        endRun(step, 'FAILED', { error: operation.error, cause: operation.cause });
        break;
      case 'add-trigger':
        addTrigger(step, operation.trigger, 'put');
        break;
      case 'change-trigger':
        changeTrigger(step, operation.id, operation.change);
        break;
      case 'intercept':
        putInterception(step, operation.interception);
        break;
    }
  }
}

/** The token as it is kept with what is waited for. */
function keep(step: Step, event: CloudEvent | undefined, hold: Hold | undefined): { token?: Token } {
  if (event?.token === undefined || hold === undefined) return {};
  return { token: heldToken(event.token, hold, event.data, step.now) };
}

/** The token that goes with an emitted event: moved on, held, or within a state as it is. */
function emitted(
  step: Step,
  trigger: CompiledTrigger,
  event: CloudEvent | undefined,
  { hold, turns }: Extract<Operation, { op: 'emit' }>,
): Token | undefined {
  if (event?.token === undefined) return undefined;
  if (turns !== undefined) return movedToken(event.token, turns);
  if (hold !== undefined) return keep(step, event, hold).token;
  return trigger.definition.state === undefined ? undefined : event.token;
}
