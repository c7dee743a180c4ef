import { compileTemplate, type ExpressionScope } from '../expressions/index.ts';
import type { ActionDefinition, Interception, InvokePolicy, TriggerDefinition } from '../model/documents.ts';
import type { Effect, EffectFailure, EffectPolicy } from '../model/effect.ts';
import type { Limits } from '../model/limits.ts';
import type { Hold } from '../model/token.ts';

/** Failures that a join bears. */
export interface Tolerance {
  readonly count?: number;
  /** 0 to 100 */
  readonly percentage?: number;
}

/** What a plan asks the engine to do: plain data, applied in order once the whole list could be planned. */
export type Operation =
  | {
      readonly op: 'invoke';
      readonly kind: string;
      readonly request: unknown;
      readonly policy: EffectPolicy;
      readonly subject: string | undefined;
      readonly assign: string | undefined;
      readonly async: boolean;
      /** What it starts is to end with it. */
      readonly revocable?: boolean;
      readonly hold?: Hold;
    }
  | {
      readonly op: 'emit';
      readonly type: string;
      readonly subject: string | undefined;
      readonly data: unknown;
      readonly hold?: Hold;
      readonly turns?: number;
      readonly spend?: number;
    }
  | { readonly op: 'set'; readonly values: Readonly<Record<string, unknown>> }
  | {
      readonly op: 'set-timer';
      readonly name: string;
      readonly at: number;
      readonly data: unknown;
      readonly hold?: Hold;
    }
  | {
      readonly op: 'retry-state';
      readonly name: string;
      readonly retrier: number;
      /** Milliseconds before the nth attempt that the retrier grants, and what part of it the draw in [0, 1) leaves. */
      readonly delayMs: (nth: number, draw: number) => number;
      readonly turns: number;
    }
  | { readonly op: 'cancel-timer'; readonly name: string }
  | {
      readonly op: 'fork';
      readonly name: string;
      /** Or the number of scopes that have no elements. */
      readonly items: readonly unknown[] | number;
      readonly concurrency: number;
      readonly value?: unknown;
      readonly tolerate?: Tolerance;
      readonly hold?: Hold;
      readonly turns?: number;
    }
  | { readonly op: 'end-scope'; readonly outcome: string; readonly result: unknown; readonly turns?: number }
  | { readonly op: 'cancel-fork'; readonly name: string }
  | { readonly op: 'complete'; readonly output: unknown }
  | { readonly op: 'fail'; readonly error: string | undefined; readonly cause: unknown }
  | { readonly op: 'add-trigger'; readonly trigger: TriggerDefinition }
  | { readonly op: 'change-trigger'; readonly id: string; readonly change: 'enable' | 'disable' | 'remove' }
  | { readonly op: 'intercept'; readonly interception: Interception };

/** What a plan may read; all of it given, none of it fetched. */
export interface PlanEnvironment {
  /** milliseconds of the epoch */
  readonly now: number;
  variables(): ExpressionScope;
  /** The same as it is now, in copies: for values that are kept. */
  snapshot(): ExpressionScope;
}

/** Variables that the run goes on changing: a template that takes one as a whole must take a copy. */
const CHANGING = ['context', 'vars', 'results'];

/** Compiles a template of an action. What it gives does not change when the run goes on. */
export function compileValue(value: unknown, limits: Limits): (environment: PlanEnvironment) => unknown {
  const template = compileTemplate(value, { limits });
  if (template.constant) {
    const constant = template.evaluate({});
    return () => constant;
  }
  const takesWhole = template.paths.some(
    ([name, ...members]) => members.length === 0 && CHANGING.includes(name!),
  );
  return takesWhole
    ? (environment) => template.evaluate(environment.snapshot())
    : (environment) => template.evaluate(environment.variables());
}

/** One action of one trigger, its templates compiled. Planning has no side effect and may throw a TidegateError. */
export interface CompiledAction {
  readonly type: ActionDefinition['type'];
  plan(environment: PlanEnvironment): Operation;
}

/** One row of the registry. */
export interface ActionType<Definition> {
  compile(definition: Definition, limits: Limits): CompiledAction;
}

/** The outgoing side of one kind of effect, beside its plan. */
export interface Invoker {
  /** Calls at once to one target where the action sets no `concurrency`; absent: DEFAULT_CONCURRENCY. */
  readonly concurrency?: number;
  /** Milliseconds that handing over an asynchronous effect may take; default DEFAULT_TIMEOUT_MS. */
  readonly handOverMs?: number;
  /** Hands effects over to the engine's own log, for as long as that takes: no time bounds it. */
  readonly patient?: boolean;
  /** Calls to one target share concurrency and rate limits. */
  targetOf(effect: Effect): string;
  /**
   * Performs one attempt. Resolves with the result, or with `ACCEPTED` where the target reports by itself; rejects with
   * an EffectError (or anything else: then the attempt failed and may be retried).
   */
  invoke(effect: Effect, call: InvokerCall): Promise<unknown>;
  /** Ends what a revocable effect started. Only `id`, `kind`, `run` and `request` of the effect are there. */
  revoke?(effect: Effect, call: InvokerCall): Promise<void>;
}

/** What goes with one call. */
export interface InvokerCall {
  /** Aborts at the time-out, or when nobody waits any more; made when first asked for. */
  readonly signal: AbortSignal;
}

export const ACCEPTED: unique symbol = Symbol('accepted');

/** A failed attempt, with what the retry policy needs to know. */
export class EffectError extends Error {
  readonly failure: EffectFailure;
  constructor(failure: EffectFailure, options?: { cause?: unknown }) {
    super(failure.message, options);
    this.name = 'EffectError';
    this.failure = failure;
  }
}

/** The part of an invoke's definition that travels with the effect. */
export function policyOf(definition: InvokePolicy): EffectPolicy {
  const { retry, timeoutMs, heartbeatMs, concurrency, ratePerSecond } = definition;
  return {
    ...(retry && { retry }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    ...(concurrency !== undefined && { concurrency }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
  };
}
