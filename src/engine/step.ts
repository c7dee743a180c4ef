import type { CloudEvent } from '../model/cloud-event.ts';
import { requireWithin } from '../model/limits.ts';
import { scopePath } from '../triggers/index.ts';
import { acceptCommand } from './commands.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { CompiledWorkflow } from './compiled-workflow.ts';
import { acceptCompletion } from './completions.ts';
import { Delivery } from './delivery.ts';
import { keepEarly } from './early-events.ts';
import { applyKeptReport } from './early-reports.ts';
import { endRun, settleStatus } from './end-run.ts';
import { openNextScope } from './forks.ts';
import { recordInput } from './history.ts';
import type { Input } from './input.ts';
import type { Outbox } from './outbox.ts';
import type { RunState } from './run-state.ts';
import type { Scope } from './scope.ts';
import { CONTINUE_TIMER, type Timer } from './timer.ts';
import { acceptTimer } from './timers.ts';

/**
 * The engine: applies one input to one run and everything that follows from it inside the run, up to the step budget.
 * It reads and writes nothing but the run and the outbox; time comes in as an argument. The same inputs in the same order
 * give the same run whatever the batches were.
 *
 * @param now milliseconds of the epoch; what the input happened at
 */
export function step(
  workflow: CompiledWorkflow,
  run: RunState,
  input: Input,
  now: number,
  out: Outbox,
): void {
  reused.begin(workflow, run, now, out);
  reused.take(input);
}

/** Ends a run on one of whose inputs the engine itself fails, as a defect; what waits behind is put aside. */
export function breakRun(
  workflow: CompiledWorkflow,
  run: RunState,
  cause: string,
  now: number,
  out: Outbox,
): void {
  reused.begin(workflow, run, now, out);
  if (run.ended) for (const effect of [...(run.effects?.values() ?? [])]) run.removeEffect(effect);
  endRun(reused, 'FAILED', { error: 'INTERNAL', cause });
  reused.take({ kind: 'continue' });
}

/** One step under way. Nothing of it outlives the step. */
export class Step {
  workflow!: CompiledWorkflow;
  run!: RunState;
  out!: Outbox;
  now = 0;
  /** Effects planned since the current input: an end of the run lets them go out. */
  planned: string[] = [];
  #queue: CloudEvent[] = [];
  #head = 0;
  #budget = 0;
  readonly #delivery = new Delivery(this);

  begin(workflow: CompiledWorkflow, run: RunState, now: number, out: Outbox): void {
    this.workflow = workflow;
    this.run = run;
    this.now = now;
    this.out = out;
    this.planned = [];
    this.#queue = [];
    this.#head = 0;
    this.#budget = workflow.limits.stepEvents;
  }

  take(input: Input): void {
    const { run } = this;
    if (input.kind !== 'continue') {
      if (run.hasWork || (run.status === 'PAUSED' && !passesPause(input))) this.#defer(input);
      else this.#accept(input);
    }
    this.#drain();
    if (this.run.status === 'RUNNING' || this.run.status === 'STALLED') settleStatus(this);
  }

  enqueue(event: CloudEvent): void {
    this.#queue.push(event);
  }

  /** Takes back events that were not delivered yet. */
  dropQueued(which: (event: CloudEvent) => boolean): void {
    this.#queue = this.#queue.filter((event, place) => place < this.#head || !which(event));
  }

  #accept(input: Input): void {
    const { run } = this;
    this.planned = [];
    if (input.kind !== 'continue') recordInput(this, input);
    if (run.status === 'STALLED') {
      run.status = 'RUNNING';
      run.end = undefined;
      run.headDirty = true;
    }
    if (input.kind === 'event') this.#deliverFromOutside(input.event);
    else if (input.kind === 'completion') acceptCompletion(this, input.completion);
    else if (input.kind === 'timer') acceptTimer(this, input.id, input.at);
    else if (input.kind === 'command') acceptCommand(this, input.event);
  }

  #drain(): void {
    const { run } = this;
    if (run.status === 'PAUSED') {
      this.#keepRest();
      return;
    }
    if (run.pending !== undefined) {
      this.#queue = [...run.pending.events, ...this.#queue];
      this.now = run.pending.now;
      run.pending = undefined;
      run.markCell('q', null);
      this.cancelTimer(CONTINUE_TIMER);
    }
    for (;;) {
      while (this.#head < this.#queue.length && !run.ended) {
        if (this.#budget-- <= 0) {
          this.#keepRest();
          return;
        }
        this.#deliverQueued(this.#queue[this.#head++]!);
      }
      this.#queue = [];
      this.#head = 0;
      if (run.openable !== undefined && run.openable.size > 0 && !run.ended) {
        if (this.#budget-- <= 0) {
          this.#keepRest();
          return;
        }
        openNextScope(this);
        continue;
      }
      if (applyKeptReport(this)) continue;
      if (!this.#takeDeferred()) return;
    }
  }

  /** Keeps what the budget (or a pause) left over, durably. */
  #keepRest(): void {
    const { run } = this;
    const events = this.#queue.slice(this.#head);
    if (events.length > this.workflow.limits.queuedEvents) {
      endRun(this, 'FAILED', {
        error: 'STEP_BUDGET',
        cause: `${events.length} internal events wait; the limit queuedEvents is ${this.workflow.limits.queuedEvents}`,
      });
    } else if (run.status === 'PAUSED') {
      // Nothing brings a paused run back but the command that resumes it.
      if (events.length > 0) this.#setPending(events);
      this.cancelTimer(CONTINUE_TIMER);
    } else if (events.length > 0 || (run.openable?.size ?? 0) > 0) {
      this.#setPending(events);
      this.setTimer({ id: CONTINUE_TIMER, at: this.now, scope: scopePath.ROOT, kind: 'continue' });
    }
  }

  #setPending(events: readonly CloudEvent[]): void {
    const { run } = this;
    run.pending = {
      events: [...(run.pending?.events ?? []), ...events],
      now: run.pending?.now ?? this.now,
    };
    run.markCell('q', run.pending);
  }

  #defer(input: Input): void {
    const { run } = this;
    run.deferred ??= [];
    const entry = { sequence: ++run.sequence, input, now: this.now };
    run.deferred.push(entry);
    run.markCell(`d${entry.sequence}`, entry);
    run.countsDirty = true;
  }

  #takeDeferred(): boolean {
    const { run } = this;
    if (run.status === 'PAUSED' || run.deferred === undefined || run.deferred.length === 0) return false;
    const { sequence, input, now } = run.deferred.shift()!;
    if (run.deferred.length === 0) run.deferred = undefined;
    run.markCell(`d${sequence}`, null);
    if (run.ended && input.kind === 'event') {
      this.deadLetter('EVENT_FOR_ENDED_RUN', 'the run ended first', input.event);
      return true;
    }
    this.now = now;
    this.#accept(input);
    return true;
  }

  #deliverFromOutside(event: CloudEvent): void {
    if (event.scope !== undefined && this.run.scope(event.scope) === undefined) {
      this.deadLetter('EVENT_FOR_ENDED_RUN', `the scope ${event.scope} is not open`, event);
      return;
    }
    if (!this.deliver(event)) keepEarly(this, event);
  }

  /** An early event that is tried again goes back where the trigger it waited for is gone by now. */
  #deliverQueued(event: CloudEvent): void {
    const fromOutside = event.source !== `/${this.run.key}`;
    if (!this.deliver(event) && fromOutside) keepEarly(this, event);
  }

  /** False: no active trigger wants the event. */
  deliver(event: CloudEvent): boolean {
    return this.#delivery.deliver(event);
  }

  /** A condition's own timer came due. */
  askTimer(trigger: CompiledTrigger, scope: Scope, name: string): void {
    this.#delivery.askTimer(trigger, scope, name);
  }

  deadLetter(reason: string, message: string, event?: CloudEvent, trigger?: string): void {
    this.out.deadLetters.push({
      reason,
      message,
      run: this.run.key,
      ...(event && { event }),
      ...(trigger !== undefined && { trigger }),
    });
  }

  setTimer(timer: Timer): void {
    requireWithin(
      this.workflow.limits,
      'pendingTimers',
      (this.run.timers?.size ?? 0) + 1,
      'the number of pending timers',
    );
    this.run.putTimer(timer);
    this.out.timers.push({ run: this.run.key, id: timer.id, at: timer.at });
  }

  cancelTimer(id: string): void {
    const timer = this.run.timers?.get(id);
    if (timer === undefined) return;
    this.run.removeTimer(timer);
    this.out.timers.push({ run: this.run.key, id, at: undefined });
  }
}

function passesPause(input: Input): boolean {
  return input.kind === 'command' || input.kind === 'completion';
}

/** One for the process: steps are synchronous and never nest. */
const reused = new Step();
