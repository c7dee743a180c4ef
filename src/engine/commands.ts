import type { Tolerance } from '../actions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { EVENT_TYPES } from '../model/cloud-event.ts';
import type { Interception, TriggerDefinition } from '../model/documents.ts';
import { type Completion, type Effect, effectId } from '../model/effect.ts';
import { TidegateError } from '../model/errors.ts';
import type { RunStatus } from '../model/run.ts';
import type { Token } from '../model/token.ts';
import { isActive } from './active-triggers.ts';
import { acceptCompletion } from './completions.ts';
import { addTrigger, changeTrigger, putInterception, removeInterception } from './dynamic-triggers.ts';
import { keepEarly, retryEarly } from './early-events.ts';
import { keepReport } from './early-reports.ts';
import { beat, startEffect } from './effects.ts';
import { endRun } from './end-run.ts';
import { changeFork, type ForkChange } from './forks.ts';
import { COMMANDS } from './input.ts';
import { internalEvent } from './internal-event.ts';
import type { Step } from './step.ts';
import { RUN_TIMER } from './timer.ts';

/** Members of the commands' data, by command. */
export interface CommandData {
  readonly reason?: string;
  /** Where a run begins: the subject of its first event. */
  readonly entry?: string;
  /** Of a fork's change. */
  readonly mapRun?: string;
  readonly concurrency?: number;
  readonly tolerate?: Tolerance;
  /** Of a start: milliseconds the run may last, where the definition does not bound it tighter. */
  readonly timeoutMs?: number;
  readonly trigger?: TriggerDefinition;
  readonly id?: string;
  readonly change?: 'enable' | 'disable' | 'remove';
  readonly interception?: Interception;
  /** Id of the effect a callback speaks of. */
  readonly effect?: string;
  /** Of a heartbeat: name of the worker that has the task. */
  readonly worker?: string;
  readonly result?: unknown;
  readonly error?: string;
  readonly cause?: unknown;
  readonly event?: CloudEvent;
  /** The effect to attempt again. */
  readonly pending?: Effect;
  readonly status?: RunStatus;
  readonly output?: unknown;
}

/** The start of the run is the first event of its token's path. */
const FIRST_TOKEN: Token = { turn: 1 };

type Handler = (step: Step, data: CommandData, event: CloudEvent) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  [COMMANDS.start]: (step, _data, event) => begin(step, event),
  [COMMANDS.cancel]: (step, { reason, error }) =>
    endRun(step, 'CANCELLED', { error: error ?? 'RUN_CANCELLED', cause: reason ?? 'cancelled by command' }),
  [COMMANDS.pause]: (step) => setStatus(step, 'PAUSED'),
  [COMMANDS.resume]: (step) => setStatus(step, 'RUNNING'),
  [COMMANDS.adopt]: (step) => adopt(step),
  [COMMANDS.addTrigger]: (step, { trigger }) => addTrigger(step, trigger!, 'add'),
  [COMMANDS.putTrigger]: (step, { trigger }) => addTrigger(step, trigger!, 'put'),
  [COMMANDS.changeTrigger]: (step, { id, change }) => changeTrigger(step, id!, change!),
  [COMMANDS.intercept]: (step, { interception }) => putInterception(step, interception!),
  [COMMANDS.removeInterception]: (step, { id }) => removeInterception(step, id!),
  [COMMANDS.callbackSuccess]: (step, data) => {
    report(step, { effect: data.effect!, outcome: 'succeeded', result: data.result ?? null });
  },
  [COMMANDS.callbackFailure]: (step, data) => {
    const { error, cause, effect } = data;
    report(step, {
      effect: effect!,
      outcome: 'failed',
      failure: {
        code: error ?? 'EFFECT_FAILED',
        message: textOf(cause),
        retryable: true,
      },
    });
  },
  [COMMANDS.callbackHeartbeat]: (step, data) => beat(step, requirePending(step, data)),
  [COMMANDS.changeFork]: (step, data) => changeFork(step, data as ForkChange),
  [COMMANDS.runEnded]: (step, { effect, status, output, error, cause }) => {
    if (status === 'SUCCEEDED') {
      runReport(step, { effect: effect!, outcome: 'succeeded', result: output ?? null });
      return;
    }
    const failure = {
      code: error ?? 'RUN_FAILED',
      message: textOf(cause),
      retryable: true,
      details: { status, cause },
    };
    runReport(step, { effect: effect!, outcome: 'failed', failure });
  },
  [COMMANDS.retryEffect]: (step, { pending }) => {
    const { run, scope, trigger, activation, place } = pending!;
    const attempt = pending!.attempt + 1;
    const { dispatched: _, ...rest } = pending!;
    startEffect(step, { ...rest, attempt, id: effectId(run, scope, trigger, activation, place, attempt) });
  },
  [COMMANDS.replay]: (step, { event }) => {
    if (!step.deliver(event!)) keepEarly(step, event!);
  },
};

function textOf(cause: unknown): string {
  return typeof cause === 'string' ? cause : JSON.stringify(cause ?? null);
}

/** Applies a command, and answers it: with an error where the command could not be applied. */
export function acceptCommand(step: Step, event: CloudEvent): void {
  try {
    if (step.run.ended && event.type !== COMMANDS.start) {
      throw new TidegateError('RUN_ENDED', `run ${step.run.key} has ended: ${step.run.status}`);
    }
    const handler = HANDLERS[event.type];
    if (handler === undefined) throw new TidegateError('INVALID_EVENT', `${event.type} is no command`);
    handler(step, (event.data ?? {}) as CommandData, event);
    step.out.replies.push({ command: event.id, run: step.run.key });
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    step.out.replies.push({
      command: event.id,
      run: step.run.key,
      error: { code: error.code, message: error.message },
    });
  }
}

function begin(step: Step, event: CloudEvent): void {
  const { run, workflow } = step;
  const { entry, timeoutMs: given } = (event.data ?? {}) as CommandData;
  const timeoutMs = Math.min(
    workflow.definition.timeoutMs ?? Number.POSITIVE_INFINITY,
    given ?? Number.POSITIVE_INFINITY,
  );
  if (Number.isFinite(timeoutMs)) {
    step.setTimer({ id: RUN_TIMER, at: step.now + timeoutMs, scope: '', kind: 'run-timeout' });
  }
  step.enqueue(
    internalEvent(
      step,
      entry === undefined ? EVENT_TYPES.runStarted : EVENT_TYPES.runEntered,
      entry ?? workflow.name,
      '',
      `${run.key}:started`,
      run.input,
      event.traceparent,
      FIRST_TOKEN,
    ),
  );
}

function setStatus(step: Step, status: 'RUNNING' | 'PAUSED'): void {
  if (step.run.status === status) return;
  step.run.status = status;
  step.run.headDirty = true;
}

/** A target's own report. */
function report(step: Step, completion: Completion): void {
  if (step.run.effects?.has(completion.effect) || !keepReport(step, completion)) {
    requirePending(step, completion);
    acceptCompletion(step, completion);
  }
}

/** The end of a run that this one started: a repeat is passed over. */
function runReport(step: Step, completion: Completion): void {
  if (step.run.effects?.has(completion.effect)) acceptCompletion(step, completion);
  else keepReport(step, completion);
}

function requirePending(step: Step, { effect }: Pick<CommandData, 'effect'>) {
  const pending = step.run.effects?.get(effect ?? '');
  if (pending === undefined) throw new TidegateError('CALLBACK_CLOSED', `effect ${effect} is not pending`);
  return pending;
}

/** The step already works with the new version: contexts of triggers that stayed are kept, the others go. */
function adopt(step: Step): void {
  const { run, workflow } = step;
  run.version = workflow.version;
  run.headDirty = true;
  for (const scope of [run.root, ...(run.scopes?.values() ?? [])]) {
    for (const [id, context] of [...(scope.contexts?.entries() ?? [])]) {
      if (run.dynamic?.triggers.has(id)) continue;
      const successor = workflow.triggers.get(id);
      if (successor !== undefined) context.trigger = successor;
      else {
        context.remove((key, value) => run.markCell(key, value));
        scope.contexts!.delete(id);
      }
    }
  }
  // A transient trigger that had fired and is registered anew is a new trigger.
  for (const trigger of workflow.triggers.values()) if (isActive(run, trigger)) retryEarly(step, trigger);
}
