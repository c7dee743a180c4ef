/** The documents people write: workflows, triggers, conditions, actions. Shapes only; `schemas/` holds the rules. */

/** Any string in an action may hold `${ expression }`; see docs/expressions.md. */
export type Template = unknown;

export interface ActivationEvent {
  /** Exact, or tokens split by "." with `*` (one token) and a final `>` (one or more); absent: any subject. */
  readonly subject?: string;
  readonly type: string;
  /** Exact source. */
  readonly source?: string;
  /** CEL over `event` (attributes and `event.data`); must be true. */
  readonly filter?: string;
}

/** `never`: fires once, then is done. `on-fire`: after firing the context starts anew. */
export type ResetPolicy = 'never' | 'on-fire';

/** Conditions that gather events may bound the time from the first one; on expiry the outcome is `expired` and the context starts anew. */
interface Gathering {
  readonly reset?: ResetPolicy;
  readonly withinMs?: number;
}

export interface AlwaysCondition {
  readonly type: 'always';
}
export interface CounterCondition extends Gathering {
  readonly type: 'counter';
  readonly threshold: number | string;
  /** Fire at each further multiple of the threshold too. */
  readonly every?: boolean;
}
export interface JoinCondition extends Gathering {
  readonly type: 'join';
  /** How many members, or which keys; absent: known later, from `expectedFrom` or from a fork. An expression is evaluated at the first event. */
  readonly expected?: number | readonly string[] | string;
  /** The event that tells how many are expected: `value` is CEL over that event. */
  readonly expectedFrom?: { readonly type: string; readonly subject?: string; readonly value: string };
  /** What makes a member: its subject (default), its scope or data index, or a CEL expression over `event`. */
  readonly by?: 'subject' | 'index' | string;
  /** Keep each member's data, in the order of index or key, as `context.results`. */
  readonly collect?: boolean;
}
export interface AnyCondition extends Gathering {
  readonly type: 'any';
  /** k of the members; default 1. */
  readonly count?: number;
  /** The n members' keys, where only these count. */
  readonly of?: readonly string[];
  readonly by?: 'subject' | 'index' | string;
}
export const TRIGGER_RULES = [
  'all_success',
  'all_failed',
  'all_done',
  'all_done_min_one_success',
  'all_skipped',
  'one_failed',
  'one_success',
  'one_done',
  'none_failed',
  'none_failed_min_one_success',
  'none_skipped',
  'always',
  'all_done_setup_success',
] as const;
export type TriggerRule = (typeof TRIGGER_RULES)[number];
export interface RuleCondition {
  readonly type: 'rule';
  readonly rule: TriggerRule;
  /** The tasks waited for. */
  readonly needs: readonly RuleMember[];
  /** Wait for all even if the outcome is clear before (the end of a run). Default false. */
  readonly late?: boolean;
}
export interface RuleMember {
  /** Subject of the member's task events. */
  readonly subject: string;
  /** The fork whose scopes the task lives in: then there is a member per index, and their number is known from the fork. */
  readonly fork?: string;
  readonly setup?: boolean;
}
export interface SequenceCondition extends Gathering {
  readonly type: 'sequence';
  /** Patterns to be seen in this order; others in between are passed over unless `strict`, where one out of order starts anew. */
  readonly of: readonly ActivationEvent[];
  readonly strict?: boolean;
}
export interface WindowCondition {
  readonly type: 'window';
  /** Fire when so many events fell within the last `withinMs` milliseconds. */
  readonly threshold: number;
  readonly withinMs: number;
  readonly reset?: ResetPolicy;
}
export interface AbsenceCondition {
  readonly type: 'absence';
  readonly of: ActivationEvent;
  readonly unless: ActivationEvent;
  readonly withinMs: number;
  readonly reset?: ResetPolicy;
}
export interface DebounceCondition {
  readonly type: 'debounce';
  readonly quietMs: number;
  /** Fire at the latest so long after the first event. */
  readonly maxWaitMs?: number;
}
export interface ExpressionCondition {
  readonly type: 'expression';
  /** CEL over `event`, `context`, `run`: `true` fires, a string names the outcome, `false` or null waits. */
  readonly expression: string;
  /** CEL values written to the context on each event before the expression is read. */
  readonly update?: Readonly<Record<string, string>>;
  readonly reset?: ResetPolicy;
}
export type ConditionDefinition =
  | AlwaysCondition
  | CounterCondition
  | JoinCondition
  | AnyCondition
  | RuleCondition
  | SequenceCondition
  | WindowCondition
  | AbsenceCondition
  | DebounceCondition
  | ExpressionCondition;

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds before the second attempt; default 1000. */
  readonly intervalMs?: number;
  /** Factor per further attempt; default 2. */
  readonly backoffRate?: number;
  readonly maxDelayMs?: number;
  /** `full`: a random part of the delay, drawn from the effect's id. Default `none`. */
  readonly jitter?: 'none' | 'full';
  /** Error codes that are retried; default: all retryable ones. `*`: all. */
  readonly errors?: readonly string[];
}
/** What every invoke takes. */
export interface InvokePolicy {
  readonly retry?: RetryPolicy;
  /** Milliseconds for one attempt; default 60000. */
  readonly timeoutMs?: number;
  /** An asynchronous effect must report at least so often. */
  readonly heartbeatMs?: number;
  /** Calls at once to the target; default 64. */
  readonly concurrency?: number;
  /** Calls started per second to the target. */
  readonly ratePerSecond?: number;
  /** The completion's subject; default: the trigger's id. */
  readonly subject?: string;
  /** Store the result as this variable of the scope. */
  readonly assign?: string;
}
export interface HttpAction extends InvokePolicy {
  readonly type: 'http';
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Template;
  /** The target answers 2xx at once and reports later through the signed URL in the header `Tidegate-Callback`. */
  readonly callback?: boolean;
}
export interface FunctionAction extends InvokePolicy {
  readonly type: 'function';
  readonly name: string;
  readonly input?: Template;
}
export interface PublishAction extends InvokePolicy {
  readonly type: 'publish';
  readonly url: string;
  readonly mode?: 'binary' | 'structured';
  readonly headers?: Readonly<Record<string, string>>;
  readonly event: { readonly type: string; readonly source?: string; readonly subject?: string; readonly data?: Template };
}
export interface StartRunAction extends InvokePolicy {
  readonly type: 'start-run';
  readonly workflow: string;
  readonly run?: string;
  readonly input?: Template;
  readonly labels?: Readonly<Record<string, string>>;
  /** Complete only when that run has ended, with its output. Default true. */
  readonly await?: boolean;
}
export interface EmitAction {
  readonly type: 'emit';
  /** Type of the internal event. */
  readonly event: string;
  readonly subject?: string;
  readonly data?: Template;
}
export interface SetAction {
  readonly type: 'set';
  /** Variables of the scope. */
  readonly values: Readonly<Record<string, Template>>;
}
export interface SetTimerAction {
  readonly type: 'set-timer';
  /** Fires as event type `dev.tidegate.timer` with this subject. Setting a name again moves it. */
  readonly name: string;
  readonly afterMs?: number | string;
  /** RFC 3339 time or an expression that gives one. */
  readonly at?: string;
  readonly data?: Template;
}
export interface CancelTimerAction {
  readonly type: 'cancel-timer';
  readonly name: string;
}
export interface ForkAction {
  readonly type: 'fork';
  readonly name: string;
  /** A list, or a template that gives one; an element is `item`, its place `index`. */
  readonly items: Template;
  /** Scopes open at once; default: all. */
  readonly concurrency?: number | string;
}
export interface EndScopeAction {
  readonly type: 'end-scope';
  readonly outcome?: 'succeeded' | 'failed' | 'skipped' | 'upstream_failed';
  readonly result?: Template;
}
export interface CancelForkAction {
  readonly type: 'cancel-fork';
  readonly name: string;
}
export interface CompleteAction {
  readonly type: 'complete';
  readonly output?: Template;
}
export interface FailAction {
  readonly type: 'fail';
  readonly error?: string;
  readonly cause?: Template;
}
export interface AddTriggerAction {
  readonly type: 'add-trigger';
  readonly trigger: TriggerDefinition;
}
export interface ChangeTriggerAction {
  readonly type: 'enable-trigger' | 'disable-trigger' | 'remove-trigger';
  readonly id: string;
}
export interface InterceptAction {
  readonly type: 'intercept';
  readonly interception: Interception;
}
/** Actions that leave the engine as effects. */
export type InvokeAction = HttpAction | FunctionAction | PublishAction | StartRunAction;
export type ActionDefinition =
  | InvokeAction
  | EmitAction
  | SetAction
  | SetTimerAction
  | CancelTimerAction
  | ForkAction
  | EndScopeAction
  | CancelForkAction
  | CompleteAction
  | FailAction
  | AddTriggerAction
  | ChangeTriggerAction
  | InterceptAction;

export interface TriggerDefinition {
  readonly id: string;
  readonly activationEvents: readonly ActivationEvent[];
  readonly condition: ConditionDefinition;
  /** A list is done on `fire`; an object maps outcome to list. */
  readonly actions: readonly ActionDefinition[] | Readonly<Record<string, readonly ActionDefinition[]>>;
  /** First values of the context. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Removed after it has fired. */
  readonly transient?: boolean;
  readonly enabled?: boolean;
  /** The forks the trigger lives in, outermost first, joined by "/"; absent: the root of the run. */
  readonly scope?: string;
  /** What a failing condition or action does: `dead-letter` the event and go on (default), or `fail` the run. */
  readonly onError?: 'dead-letter' | 'fail';
}

/** An action before or after every trigger that matches; all given criteria must hold. */
export interface Interception {
  readonly id: string;
  readonly when: 'before' | 'after';
  readonly match: { readonly trigger?: string; readonly condition?: string; readonly action?: string };
  readonly actions: readonly ActionDefinition[];
}

/** `standing`: one run, started with the workflow. `started`: by POST. `correlate`: one per value of a CEL expression over `event`. */
export type RunMode = 'standing' | 'started' | { readonly correlate: string };

/** The definition of format `triggers`, and what every compiler produces. */
export interface TriggersDefinition {
  readonly run?: RunMode;
  /** An event that matches starts a run of its own. */
  readonly startOn?: readonly ActivationEvent[];
  readonly triggers: readonly TriggerDefinition[];
  readonly interceptions?: readonly Interception[];
  /** Milliseconds a run may last (TIMED_OUT). */
  readonly timeoutMs?: number;
  /** Keep each run's inputs; default true for started runs, false for standing and correlated ones. */
  readonly history?: boolean;
}

export interface WorkflowDocument {
  readonly name: string;
  readonly version: number;
  readonly format: string;
  /** As it was given. */
  readonly definition: unknown;
  /** RFC 3339 */
  readonly createdAt: string;
}
