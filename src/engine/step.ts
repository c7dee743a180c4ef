import { type ConditionEnvironment, ERROR, EXPIRED, FIRE } from '../conditions/index.ts';
import type { ExpressionScope } from '../expressions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import { requireWithin } from '../model/limits.ts';
import { scopePath } from '../triggers/index.ts';
import { applyOperations } from './apply.ts';
import { acceptCommand } from './commands.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { CompiledWorkflow } from './compiled-workflow.ts';
import { acceptCompletion } from './completions.ts';
import { keepEarly } from './early-events.ts';
import { endRun, settleStatus } from './end-run.ts';
import { openNextScope } from './forks.ts';
import { recordInput } from './history.ts';
import type { Input } from './input.ts';
import type { Outbox } from './outbox.ts';
import { planFiring } from './plan.ts';
import type { RunState } from './run-state.ts';
import type { Scope } from './scope.ts';
import { CONTINUE_TIMER, type Timer } from './timer.ts';
import { acceptTimer } from './timers.ts';
import type { TriggerContext } from './trigger-context.ts';

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

interface Firing {
  readonly trigger: CompiledTrigger;
  readonly context: TriggerContext;
  readonly outcome: string;
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
  // The trigger under evaluation, for the environments below.
  #trigger!: CompiledTrigger;
  #scope!: Scope;
  #context!: TriggerContext;
  #event: CloudEvent | undefined;
  /** What failed, while the outcome `error` is being performed. */
  #error: { readonly code: string; readonly message: string } | undefined;
  /** What the condition under evaluation may ask for. */
  readonly conditions: ConditionEnvironment;

  constructor() {
    const step = this;
    this.conditions = {
      get now() {
        return step.now;
      },
      setTimer: (name, at) => this.#setConditionTimer(name, at),
      cancelTimer: (name) => this.cancelTimer(this.#conditionTimerId(name)),
      variables: () => this.variables(),
    };
  }

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

  /** Gives the event to every trigger it activates. All are decided before the first acts. False: there was none. */
  deliver(event: CloudEvent): boolean {
    const { run, workflow } = this;
    const scope = event.scope === undefined ? run.root : run.scope(event.scope);
    if (scope === undefined) return true;
    if (this.out.tap !== undefined) this.out.tap(run, event);
    const matched: CompiledTrigger[] = [];
    workflow.index.match(event, matched);
    if (run.dynamic !== undefined) run.dynamic.index.match(event, matched);
    let active = false;
    const firings: Firing[] = [];
    for (let i = 0; i < matched.length; i++) {
      const trigger = matched[i]!;
      if (!isActive(run, trigger)) continue;
      active = true;
      if (trigger.depth <= scope.depth) this.#decide(trigger, scope, event, firings);
      else this.#decideWithin(trigger, scope, event, firings);
    }
    for (let i = 0; i < firings.length; i++) this.#fire(firings[i]!, event);
    return active;
  }

  /** The trigger lives at the event's own level, or further out, where the event rises to. */
  #decide(trigger: CompiledTrigger, scope: Scope, event: CloudEvent, firings: Firing[]): void {
    if (trigger.depth > 0 && !scopePath.encloses(trigger.scope, scope.staticPath)) return;
    const context = this.#attend(trigger, scope.ancestor(trigger.depth), event);
    if (context.done) return;
    try {
      const outcome = trigger.condition.evaluate(event, context, this.conditions);
      if (outcome !== undefined) firings.push({ trigger, context, outcome });
    } catch (error) {
      this.#failTrigger(trigger, 'CONDITION_FAILED', error, event);
    }
  }

  /** The event comes from further out than the trigger lives: gathered there once, then decided in each open scope. */
  #decideWithin(trigger: CompiledTrigger, scope: Scope, event: CloudEvent, firings: Firing[]): void {
    const { gather, decide } = trigger.condition;
    if (gather === undefined || decide === undefined || !scopePath.encloses(scope.staticPath, trigger.scope))
      return;
    try {
      gather(event, this.#attend(trigger, scope, event));
      for (const inner of this.run.scopes?.values() ?? []) {
        if (inner.staticPath !== trigger.scope || !scopePath.encloses(scope.path, inner.path)) continue;
        const context = this.#attend(trigger, inner, event);
        const outcome = context.done ? undefined : decide(context, this.conditions);
        if (outcome !== undefined) firings.push({ trigger, context, outcome });
      }
    } catch (error) {
      this.#failTrigger(trigger, 'CONDITION_FAILED', error, event);
    }
  }

  /** Makes (trigger, scope, event) what the environments speak of. */
  #attend(trigger: CompiledTrigger, scope: Scope, event: CloudEvent | undefined): TriggerContext {
    this.#trigger = trigger;
    this.#scope = scope;
    this.#context = this.run.context(scope, trigger);
    this.#event = event;
    return this.#context;
  }

  /** A condition's own timer came due. */
  askTimer(trigger: CompiledTrigger, scope: Scope, name: string): void {
    const context = this.#attend(trigger, scope, undefined);
    if (context.done) return;
    try {
      const outcome = trigger.condition.onTimer?.(name, context, this.conditions);
      if (outcome !== undefined) this.#fire({ trigger, context, outcome }, undefined);
    } catch (error) {
      this.#failTrigger(trigger, 'CONDITION_FAILED', error, undefined);
    }
  }

  #fire({ trigger, context, outcome }: Firing, event: CloudEvent | undefined): void {
    const { run } = this;
    if (run.ended || (context.done && outcome !== ERROR)) return;
    const scope = run.scope(context.scope);
    if (scope === undefined) return;
    this.#attend(trigger, scope, event);
    const actions = trigger.outcomes.get(outcome) ?? [];
    let operations: ReturnType<typeof planFiring>;
    try {
      operations = planFiring(this, trigger, actions);
    } catch (error) {
      this.#failTrigger(trigger, 'ACTION_FAILED', error, event);
      return;
    }
    const activation = context.activation + 1;
    if (outcome === EXPIRED) context.settle('renew');
    else if (trigger.condition.afterOutcome !== 'repeat' || operations.length > 0) {
      context.settle(trigger.condition.afterOutcome);
    }
    if (trigger.definition.transient && outcome === FIRE) removeTrigger(run, trigger.id);
    try {
      applyOperations(this, trigger, scope, activation, operations, event);
    } catch (error) {
      this.#failTrigger(trigger, 'ACTION_FAILED', error, event);
    }
  }

  #failTrigger(
    trigger: CompiledTrigger,
    reason: 'CONDITION_FAILED' | 'ACTION_FAILED',
    error: unknown,
    event: CloudEvent | undefined,
  ): void {
    if (!(error instanceof TidegateError)) throw error;
    if (trigger.outcomes.has(ERROR) && this.#error === undefined) {
      this.#error = { code: error.code, message: error.message };
      try {
        this.#fire({ trigger, context: this.#context, outcome: ERROR }, event);
      } finally {
        this.#error = undefined;
      }
      return;
    }
    if (trigger.definition.onError === 'fail') {
      endRun(this, 'FAILED', { error: error.code, cause: `trigger "${trigger.id}": ${error.message}` });
      return;
    }
    this.deadLetter(reason, `trigger "${trigger.id}": ${error.message}`, event, trigger.id);
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

  #conditionTimerId(name: string): string {
    return `c${this.#scope.path}|${this.#trigger.id}|${name}`;
  }

  #setConditionTimer(name: string, at: number): void {
    this.setTimer({
      id: this.#conditionTimerId(name),
      at,
      scope: this.#scope.path,
      kind: 'condition',
      trigger: this.#trigger.id,
      name,
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

  /** What expressions of the trigger under evaluation see. */
  variables(): ExpressionScope {
    const { run } = this;
    const scope = this.#scope;
    const variables = scope.visibleVariables();
    let inner: Scope | undefined = scope;
    while (inner !== undefined && inner.index === undefined) inner = inner.parent;
    return {
      event: this.#event ?? null,
      context: this.#context.values,
      run: {
        id: run.id,
        workflow: this.workflow.name,
        version: run.version,
        input: run.input,
        labels: run.labels ?? {},
        status: run.status,
      },
      input: run.input,
      vars: variables,
      results: variables,
      item: inner?.item ?? null,
      index: inner?.index ?? null,
      now: this.now,
      ...(this.#error && { error: this.#error }),
    };
  }
}

function passesPause(input: Input): boolean {
  return input.kind === 'command' || input.kind === 'completion';
}

/** One for the process: steps are synchronous and never nest. */
const reused = new Step();

export function isActive(run: RunState, trigger: CompiledTrigger): boolean {
  const { dynamic } = run;
  if (dynamic === undefined) return trigger.definition.enabled !== false;
  const standIn = dynamic.triggers.get(trigger.id);
  if (standIn !== undefined && standIn !== trigger) return false;
  const override = dynamic.overrides.get(trigger.id);
  if (override === undefined) return trigger.definition.enabled !== false;
  return override === 'enabled';
}

export function removeTrigger(run: RunState, id: string): void {
  const dynamic = run.dynamicTriggers();
  const own = dynamic.triggers.get(id);
  if (own !== undefined) {
    for (const activation of own.definition.activationEvents) dynamic.index.remove(activation, own);
    dynamic.triggers.delete(id);
    run.markCell(`x${id}`, null);
  }
  dynamic.overrides.set(id, 'removed');
  run.markCell(`o${id}`, 'removed');
}
