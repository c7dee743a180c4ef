import type { ExpressionScope } from '../expressions/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Limits } from '../model/limits.ts';
import type { Members } from './members.ts';

/** The outcome's name that a plain list of actions stands for. */
export const FIRE = 'fire';
/** The outcome of a gathering condition whose `withinMs` ran out. */
export const EXPIRED = 'expired';
/** Taken where the trigger has it and its condition or its actions fail; expressions see `error.code` and `error.message`. */
export const ERROR = 'error';

/** The durable state one condition keeps for one (run, trigger, scope). */
export interface ConditionContext {
  /** Path of the scope the context belongs to. */
  readonly scope: string;
  /** What expressions see as `context`; written only through conditions and `set` of initial values. */
  readonly values: Record<string, unknown>;
  /** Unique members, made at the first use. */
  readonly members: Members;
  /** How often the trigger has had an outcome. */
  readonly activation: number;
  /** The context of the same trigger one scope further out, where that gathered anything. */
  readonly outer: ConditionContext | undefined;
  /** Must be called after a change of `values` or `members`. */
  touch(): void;
}

/** What a condition may ask of the engine; deterministic. */
export interface ConditionEnvironment {
  /** milliseconds of the epoch */
  readonly now: number;
  /** Asks for `onTimer(name)` at a time; the same name again moves it. */
  setTimer(name: string, at: number): void;
  cancelTimer(name: string): void;
  /** The variables `event`, `context`, `run` and what else expressions see. */
  variables(): ExpressionScope;
}

/**
 * A condition compiled for one trigger. It reads the event, updates its context and answers `undefined` (wait) or the
 * name of an outcome. No I/O, no clock, no randomness.
 */
export interface CompiledCondition {
  readonly type: string;
  /** After an outcome: `repeat` keeps the context, `renew` starts it anew, `done` ignores all further events. */
  readonly afterOutcome: 'repeat' | 'renew' | 'done';
  evaluate(
    event: CloudEvent,
    context: ConditionContext,
    environment: ConditionEnvironment,
  ): string | undefined;
  onTimer?(name: string, context: ConditionContext, environment: ConditionEnvironment): string | undefined;
  /**
   * Conditions over a tally can gather an event of an outer scope once and be decided in each inner one. Without it a
   * trigger sees only events of its own scope and those within.
   */
  gather?(event: CloudEvent, context: ConditionContext): void;
  decide?(context: ConditionContext, environment: ConditionEnvironment): string | undefined;
}

/** One row of the registry. */
export interface ConditionType<Definition> {
  readonly type: string;
  /** Throws INVALID_EXPRESSION or INVALID_DEFINITION. */
  compile(definition: Definition, limits: Limits): CompiledCondition;
}
