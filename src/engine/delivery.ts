import { ERROR, EXPIRED, FIRE } from '../conditions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { TidegateError } from '../model/errors.ts';
import { Failure } from '../model/failure.ts';
import { scopePath } from '../triggers/index.ts';
import { isActive, removeTrigger } from './active-triggers.ts';
import { applyOperations } from './apply.ts';
import { Attention, type TriggerFault } from './attention.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import { endRun } from './end-run.ts';
import { planFiring } from './plan.ts';
import type { Scope } from './scope.ts';
import { statePlace } from './state-place.ts';
import type { Step } from './step.ts';
import type { TriggerContext } from './trigger-context.ts';

/** An outcome that was decided and is to be acted on. */
interface Firing {
  readonly trigger: CompiledTrigger;
  readonly context: TriggerContext;
  readonly outcome: string;
  /** What failed, where the outcome is `error`. */
  readonly fault?: TriggerFault;
}

/** Brings an event to the triggers it activates: all are decided, then those with an outcome act. */
export class Delivery {
  readonly #step: Step;
  readonly #attention: Attention;
  // Used again for each event: deliveries never nest, and two arrays an event are worth sparing.
  readonly #matched: CompiledTrigger[] = [];
  readonly #firings: Firing[] = [];

  constructor(step: Step) {
    this.#step = step;
    this.#attention = new Attention(step);
  }

  /** False: no active trigger wants the event. */
  deliver(event: CloudEvent): boolean {
    const { run, workflow, out } = this.#step;
    const scope = event.scope === undefined ? run.root : run.scope(event.scope);
    if (scope === undefined) return true;
    if (out.tap !== undefined) out.tap(run, event);
    const matched = this.#matched;
    matched.length = 0;
    workflow.index.match(event, matched);
    if (run.dynamic !== undefined) run.dynamic.index.match(event, matched);
    let active = false;
    const firings = this.#firings;
    firings.length = 0;
    for (let i = 0; i < matched.length; i++) {
      const trigger = matched[i]!;
      if (!isActive(run, trigger)) continue;
      active = true;
      if (trigger.depth <= scope.depth) this.#decide(trigger, scope, event, firings);
      else this.#decideWithin(trigger, scope, event, firings);
    }
    if (active) out.matched++;
    for (let i = 0; i < firings.length; i++) this.#fire(firings[i]!, event);
    return active;
  }

  /** A condition's own timer came due. */
  askTimer(trigger: CompiledTrigger, scope: Scope, name: string): void {
    const context = this.#attention.turnTo(trigger, scope, undefined);
    if (context.done) return;
    const firings: Firing[] = [];
    this.#collect(trigger, context, undefined, firings, () =>
      trigger.condition.onTimer?.(name, context, this.#attention.conditions),
    );
    for (const firing of firings) this.#fire(firing, undefined);
  }

  /** The trigger lives at the event's own level, or further out, where the event rises to. */
  #decide(trigger: CompiledTrigger, scope: Scope, event: CloudEvent, firings: Firing[]): void {
    if (trigger.depth > 0 && !scopePath.encloses(trigger.scope, scope.staticPath)) return;
    const context = this.#attention.turnTo(trigger, scope.ancestor(trigger.depth), event);
    if (context.done) return;
    try {
      const outcome = trigger.condition.evaluate(event, context, this.#attention.conditions);
      if (outcome !== undefined) firings.push({ trigger, context, outcome });
    } catch (error) {
      this.#fail(trigger, context, 'CONDITION_FAILED', error, event, firings);
    }
  }

  /** The event comes from further out than the trigger lives: gathered there once, then decided in each open scope. */
  #decideWithin(trigger: CompiledTrigger, scope: Scope, event: CloudEvent, firings: Firing[]): void {
    const { gather, decide } = trigger.condition;
    if (gather === undefined || decide === undefined || !scopePath.encloses(scope.staticPath, trigger.scope))
      return;
    const outer = this.#attention.turnTo(trigger, scope, event);
    this.#collect(trigger, outer, event, firings, () => {
      gather(event, outer);
      return undefined;
    });
    for (const inner of this.#step.run.scopes?.values() ?? []) {
      if (inner.staticPath !== trigger.scope || !scopePath.encloses(scope.path, inner.path)) continue;
      const context = this.#attention.turnTo(trigger, inner, event);
      if (context.done) continue;
      this.#collect(trigger, context, event, firings, () => decide(context, this.#attention.conditions));
    }
  }

  #collect(
    trigger: CompiledTrigger,
    context: TriggerContext,
    event: CloudEvent | undefined,
    firings: Firing[],
    ask: () => string | undefined,
  ): void {
    try {
      const outcome = ask();
      if (outcome !== undefined) firings.push({ trigger, context, outcome });
    } catch (error) {
      this.#fail(trigger, context, 'CONDITION_FAILED', error, event, firings);
    }
  }

  #fire({ trigger, context, outcome, fault }: Firing, event: CloudEvent | undefined): void {
    const step = this.#step;
    const { run } = step;
    if (run.ended || (context.done && outcome !== ERROR)) return;
    const scope = run.scope(context.scope);
    if (scope?.contexts?.get(trigger.id) !== context) return;
    this.#attention.turnTo(trigger, scope, event, fault);
    const failed = (error: unknown) => {
      const firings: Firing[] = [];
      this.#fail(trigger, context, 'ACTION_FAILED', error, event, outcome === ERROR ? undefined : firings);
      for (const firing of firings) this.#fire(firing, event);
    };
    let operations: ReturnType<typeof planFiring>;
    try {
      operations = planFiring(step, this.#attention, trigger, trigger.outcomes.get(outcome) ?? []);
    } catch (error) {
      failed(error);
      return;
    }
    // A token numbers what its states cause: their triggers keep no count of their own, and so write nothing.
    const turn = trigger.definition.state === undefined ? undefined : event?.token?.turn;
    const activation = turn ?? context.activation + 1;
    if (outcome === EXPIRED) context.settle('renew');
    else if (trigger.condition.afterOutcome !== 'repeat' || (turn === undefined && operations.length > 0)) {
      context.settle(trigger.condition.afterOutcome);
    }
    if (trigger.definition.transient && outcome === FIRE) removeTrigger(step, trigger.id);
    try {
      applyOperations(step, trigger, scope, activation, operations, event);
    } catch (error) {
      failed(error);
      return;
    }
    const { watch } = step.out;
    if (watch !== undefined) watch(run, { trigger, scope: scope.path, outcome, event, fault, operations });
  }

  /** A failing condition or action: the trigger's own outcome `error` where it has one, else what `onError` says. */
  #fail(
    trigger: CompiledTrigger,
    context: TriggerContext,
    reason: 'CONDITION_FAILED' | 'ACTION_FAILED',
    error: unknown,
    event: CloudEvent | undefined,
    firings: Firing[] | undefined,
  ): void {
    const fault = faultOf(error, trigger, event);
    const { code, message } = fault;
    if (firings !== undefined && trigger.outcomes.has(ERROR)) {
      firings.push({ trigger, context, outcome: ERROR, fault });
    } else if (trigger.definition.onError === 'fail') {
      endRun(this.#step, 'FAILED', { error: code, cause: `trigger "${trigger.id}": ${message}` });
    } else this.#step.deadLetter(reason, `trigger "${trigger.id}": ${message}`, event, trigger.id);
  }
}

/** What actions of the outcome `error` see. Anything but a coded error is a defect, and goes on as one. */
function faultOf(error: unknown, trigger: CompiledTrigger, event: CloudEvent | undefined): TriggerFault {
  if (error instanceof Failure) {
    const place = error.whole ? '' : statePlace(trigger.definition, event?.token);
    return { code: error.error, message: place + error.reason, details: error.details };
  }
  if (!(error instanceof TidegateError)) throw error;
  return { code: error.code, message: error.message };
}
