import type { PlanEnvironment } from '../actions/index.ts';
import type { ConditionEnvironment } from '../conditions/index.ts';
import type { ExpressionScope } from '../expressions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Failure } from '../model/failure.ts';
import type { CompiledTrigger } from './compiled-trigger.ts';
import type { Scope } from './scope.ts';
import type { Step } from './step.ts';
import type { TriggerContext } from './trigger-context.ts';

/** What failed, as actions of the outcome `error` see it. */
export interface TriggerFault {
  readonly code: string;
  readonly message: string;
  /** Of a Failure; for viewers. */
  readonly details?: Failure['details'];
}

/** The trigger a step looks at right now, and what its condition and actions may see and ask for. */
export class Attention implements PlanEnvironment {
  readonly #step: Step;
  readonly conditions: ConditionEnvironment;
  trigger!: CompiledTrigger;
  scope!: Scope;
  context!: TriggerContext;
  event: CloudEvent | undefined;
  fault: TriggerFault | undefined;

  constructor(step: Step) {
    this.#step = step;
    // Bound, so that conditions can take it apart.
    this.conditions = {
      get now() {
        return step.now;
      },
      setTimer: (name, at) => {
        const { path } = this.scope;
        const { id } = this.trigger;
        step.setTimer({
          id: conditionTimerId(path, id, name),
          at,
          scope: path,
          kind: 'condition',
          trigger: id,
          name,
        });
      },
      cancelTimer: (name) => step.cancelTimer(conditionTimerId(this.scope.path, this.trigger.id, name)),
      variables: () => this.variables(),
    };
  }

  get now(): number {
    return this.#step.now;
  }

  /** Turns to the trigger; answers its context in the scope. */
  turnTo(
    trigger: CompiledTrigger,
    scope: Scope,
    event: CloudEvent | undefined,
    fault?: TriggerFault,
  ): TriggerContext {
    this.trigger = trigger;
    this.scope = scope;
    this.context = this.#step.run.context(scope, trigger);
    this.event = event;
    this.fault = fault;
    return this.context;
  }

  variables(): ExpressionScope {
    const variables = this.scope.visibleVariables();
    return this.#visible(this.context.values, variables);
  }

  /** The same in copies: for a value that is kept while the run goes on. */
  snapshot(): ExpressionScope {
    const { values } = this.context;
    const context = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(values)) as Record<
      string,
      unknown
    >;
    return this.#visible(context, { ...this.scope.visibleVariables() });
  }

  #visible(context: Record<string, unknown>, variables: Record<string, unknown>): ExpressionScope {
    const { run, workflow, now } = this.#step;
    let inner: Scope | undefined = this.scope;
    while (inner !== undefined && (inner.branch || inner.index === undefined)) inner = inner.parent;
    return {
      event: this.event ?? null,
      context,
      run: {
        id: run.id,
        workflow: workflow.name,
        version: run.version,
        input: run.input,
        labels: run.labels ?? {},
        status: run.status,
        startedAt: run.startedAt,
        arns: workflow.arns,
        redrives: run.redrives,
      },
      input: run.input,
      vars: variables,
      results: variables,
      item: inner?.item ?? null,
      index: inner?.index ?? null,
      now,
      state: this.trigger.definition.state ?? null,
      ...(this.fault && { error: this.fault }),
    };
  }
}

function conditionTimerId(scope: string, trigger: string, name: string): string {
  return `c${scope}|${trigger}|${name}`;
}
