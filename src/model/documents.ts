/**
 * The documents people write: workflows, triggers, conditions, actions. Generated from schemas/trigger.json and
 * schemas/workflow.json by `npm run generate`; change those, not this file.
 */
/** Any string in an action may hold `${ expression }`; an object `{"$query": ...}` is computed by JSONPath or JSONata. See docs/expressions.md. */

export type Template = unknown;

/** `never`: fires once, then is done. `on-fire`: after firing the context starts anew. */
export type ResetPolicy = 'never' | 'on-fire';

/** Airflow's rules over the outcomes of the tasks waited for. */
export type TriggerRule =
  | 'all_success'
  | 'all_failed'
  | 'all_done'
  | 'all_done_min_one_success'
  | 'all_skipped'
  | 'one_failed'
  | 'one_success'
  | 'one_done'
  | 'none_failed'
  | 'none_failed_min_one_success'
  | 'none_skipped'
  | 'always'
  | 'all_done_setup_success';

/** A pure predicate over (event, context, run); its own name is `type`, its settings stand beside it. */
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
  | ExpressionCondition
  | ChoiceCondition
  | ScopesCondition
  | CatchCondition;

/** Actions that leave the engine as effects. */
export type InvokeAction = HttpAction | FunctionAction | PublishAction | StartRunAction | TaskAction;

/** What an outcome does, planned purely, performed later. */
export type ActionDefinition =
  | HttpAction
  | FunctionAction
  | PublishAction
  | StartRunAction
  | TaskAction
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
  | InterceptAction
  | RetryStateAction;

/** What comes back with the event that ends the wait: the `token` alone, or the token with the `input` the state was entered with. */
export type Hold = 'token' | 'input';

/** How far the token moves on: its path is counted in events of the state machine's history. */
export type Turns = number;

/** `standing`: one run, started with the workflow. `started`: by POST. `correlate`: one per value of a CEL expression over `event`. */
export type RunMode =
  | ('standing' | 'started')
  | {
      readonly correlate: string;
    };

/** A pattern of events. */
export interface ActivationEvent {
  /** Exact, or tokens split by "." with `*` (one token) and a final `>` (one or more); absent: any subject. */
  readonly subject?: string;
  /** Exact type. */
  readonly type: string;
  /** Exact source. */
  readonly source?: string;
  /** CEL over `event` (attributes and `event.data`); must be true. */
  readonly filter?: string;
}

/** Conditions that gather events may bound the time from the first one; on expiry the outcome is `expired` and the context starts anew. */
export interface Gathering {
  readonly reset?: ResetPolicy;
  /** Milliseconds from the first event gathered to the last. */
  readonly withinMs?: number;
}

/** Fires on every event that matches. */
export interface AlwaysCondition {
  readonly type: 'always';
}

/** Counts events and fires at the threshold. */
export interface CounterCondition extends Gathering {
  readonly type: 'counter';
  /** How many events, or a CEL expression that gives the number. */
  readonly threshold: number | string;
  /** Fire at each further multiple of the threshold too. */
  readonly every?: boolean;
}

/** Fires once when all expected members have come, each counted once. */
export interface JoinCondition extends Gathering {
  readonly type: 'join';
  /** How many members, or which keys; absent: known later, from `expectedFrom` or from a fork. An expression is evaluated at the first event. */
  readonly expected?: number | readonly string[] | string;
  /** The event that tells how many are expected: `value` is CEL over that event. */
  readonly expectedFrom?: {
    readonly type: string;
    readonly subject?: string;
    readonly value: string;
  };
  readonly by?: string;
  /** Keep each member's data, in the order of index or key, as `context.results`. */
  readonly collect?: boolean;
}

/** Fires when k distinct members have come. */
export interface AnyCondition extends Gathering {
  readonly type: 'any';
  /** k of the members; default 1. */
  readonly count?: number;
  /** The n members' keys, where only these count. */
  readonly of?: readonly string[];
  readonly by?: string;
}

/** A task-dependency rule; its outcomes are `fire`, `skipped` and `upstream_failed`. */
export interface RuleCondition {
  readonly type: 'rule';
  readonly rule: TriggerRule;
  /** The tasks waited for. */
  readonly needs: readonly RuleMember[];
  /** Wait for all even if the outcome is clear before (the end of a run). Default false. */
  readonly late?: boolean;
  /** Keep what the successes gave, by index, as `context.results`; or what failed, as `context.failures`. */
  readonly collect?: 'results' | 'failures';
}

/** A task that a rule waits for. */
export interface RuleMember {
  /** Subject of the member's task events. */
  readonly subject: string;
  /** The fork whose scopes the task lives in: then there is a member per index, and their number is known from the fork. */
  readonly fork?: string;
  /** A setup task, as `all_done_setup_success` tells them apart. */
  readonly setup?: boolean;
  /** Waited for, but the rule does not count it. */
  readonly waitOnly?: boolean;
  /** Another member cannot end before this one has: it is neither waited for nor counted, only its failure is collected. */
  readonly implied?: boolean;
  /** Its list is mapped over: without it the rule cannot fire. Failed: `upstream_failed`; skipped: `skipped`. */
  readonly source?: boolean;
  /** A setup further up: before the rule is asked, its failure is `upstream_failed` and its skip `skipped`. */
  readonly required?: boolean;
  readonly gate?: RuleGate;
}

/** The member is a branch or short circuit whose `task.branched` event can skip the task. */
export interface RuleGate {
  /** Chosen names that keep the task; absent: any such event skips it. */
  readonly keep?: readonly string[];
}

/** Fires when its patterns were met in their order. */
export interface SequenceCondition extends Gathering {
  readonly type: 'sequence';
  /** Patterns to be seen in this order; others in between are passed over unless `strict`, where one out of order starts anew. */
  readonly of: readonly ActivationEvent[];
  /** An event out of order starts the sequence anew. */
  readonly strict?: boolean;
}

/** Fires when enough events fell within a sliding window of time. */
export interface WindowCondition {
  readonly type: 'window';
  /** Fire when so many events fell within the last `withinMs` milliseconds. */
  readonly threshold: number;
  /** Width of the window in milliseconds. */
  readonly withinMs: number;
  readonly reset?: ResetPolicy;
}

/** Fires when `of` was not followed by `unless` within `withinMs`. */
export interface AbsenceCondition {
  readonly type: 'absence';
  /** The event that starts the wait. */
  readonly of: ActivationEvent;
  /** The event that ends it in peace. */
  readonly unless: ActivationEvent;
  /** Milliseconds `unless` has. */
  readonly withinMs: number;
  readonly reset?: ResetPolicy;
}

/** Fires once events have ceased for a while. */
export interface DebounceCondition {
  readonly type: 'debounce';
  /** Milliseconds without an event. */
  readonly quietMs: number;
  /** Fire at the latest so long after the first event. */
  readonly maxWaitMs?: number;
}

/** A CEL expression decides. */
export interface ExpressionCondition {
  readonly type: 'expression';
  /** CEL over `event`, `context`, `run`: `true` fires, a string names the outcome, `false` or null waits. */
  readonly expression: string;
  /** CEL values written to the context on each event before the expression is read. */
  readonly update?: {
    readonly [k: string]: string;
  };
  readonly reset?: ResetPolicy;
}

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds before the second attempt; default 1000. */
  readonly intervalMs?: number;
  /** Factor per further attempt; default 2. */
  readonly backoffRate?: number;
  /** Milliseconds between two attempts at most. */
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
  readonly hold?: Hold;
}

/** Calls a URL; its answer is the result. */
export interface HttpAction extends InvokePolicy {
  readonly type: 'http';
  readonly url: string;
  /** Default POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: {
    readonly [k: string]: string;
  };
  readonly body?: Template;
  /** The target answers 2xx at once and reports later through the signed URL in the header `Tidegate-Callback`. */
  readonly callback?: boolean;
}

/** Calls a function of the embedding program or of a functions module. */
export interface FunctionAction extends InvokePolicy {
  readonly type: 'function';
  /** Name it is registered under. */
  readonly name: string;
  readonly input?: Template;
}

/** Its attributes and data; the id is the effect's. */
export interface PublishedEvent {
  /** Not one that begins with `dev.tidegate.`, which are the engine's own. */
  readonly type: string;
  /** Default: `/<workflow>/<run>`. */
  readonly source?: string;
  readonly subject?: string;
  /** Workflow it is for, where Tidegate reads it. */
  readonly workflow?: string;
  /** Run it is for, where Tidegate reads it. */
  readonly run?: string;
  /** Keeps events of one key in order; the key of the Kafka record. */
  readonly partitionkey?: string;
  /** Further attributes: lower-case letters and digits. */
  readonly extensions?: {
    readonly [k: string]: string | number | boolean;
  };
  readonly data?: Template;
}

/** A topic. Where its brokers are stands in the configuration. */
export interface KafkaTarget {
  readonly topic: string;
  /** Key of the record; default: the event's `partitionkey`, else none. */
  readonly key?: string;
  readonly connection?: string;
}

/** A subject. Where its servers are stands in the configuration. */
export interface NatsTarget {
  readonly subject: string;
  /** Wait until a stream has stored it; false: whoever listens just then gets it. Default true. */
  readonly jetstream?: boolean;
  readonly connection?: string;
}

/** Sends a CloudEvent: to Tidegate's own log, or to an HTTP sink, a Kafka topic or a NATS subject. */
export interface PublishAction extends InvokePolicy {
  readonly type: 'publish';
  readonly url?: string;
  readonly kafka?: KafkaTarget;
  readonly nats?: NatsTarget;
  /** Content mode of the binding; default: binary over HTTP, structured elsewhere. On the own log always structured. */
  readonly mode?: 'binary' | 'structured';
  readonly headers?: {
    readonly [k: string]: string;
  };
  readonly event: PublishedEvent;
}

/** Starts a run of another workflow. */
export interface StartRunAction extends InvokePolicy {
  readonly type: 'start-run';
  readonly workflow: string;
  /** Id of the run; default: derived from the effect. */
  readonly run?: string;
  readonly input?: Template;
  readonly labels?: {
    readonly [k: string]: string;
  };
  /** Complete only when that run has ended, with its output. Default true. */
  readonly await?: boolean;
  /** Where the run begins: the subject of its first event; default: the workflow's name. */
  readonly entry?: string;
  /** Version of the workflow, or an expression that gives it; default: the newest. */
  readonly version?: number | string;
}

/** Calls what an ARN names: a Lambda function, an AWS service, another workflow, an activity. */
export interface TaskAction {
  readonly type: 'task';
  /** The ARN, without the suffix that `pattern` stands for, or a template that gives it. */
  readonly resource: Template;
  /** `request`: the answer is the result. `sync`, `sync:2`: the end of what was started, its output as text or as JSON. `token`: whoever got the token reports. Default `request`. */
  readonly pattern?: 'request' | 'sync' | 'sync:2' | 'token';
  readonly arguments?: Template;
  readonly retry?: RetryPolicy;
  /** Milliseconds for one attempt, or a template that gives them; null: not set. */
  readonly timeoutMs?: Template;
  /** Milliseconds within which an asynchronous task must report, or a template that gives them; null: not set. */
  readonly heartbeatMs?: Template;
  /** Calls at once to the target; default 1000. */
  readonly concurrency?: number;
  /** Calls started per second to the target. */
  readonly ratePerSecond?: number;
  /** The completion's subject; default: the trigger's id. */
  readonly subject?: string;
  readonly hold?: Hold;
  /** Store the result as this variable of the scope. */
  readonly assign?: string;
}

/** An internal event of the same run and scope. */
export interface EmitAction {
  readonly type: 'emit';
  /** Type of the internal event. */
  readonly event: string;
  readonly subject?: string;
  readonly data?: Template;
  readonly hold?: Hold;
  readonly turns?: Turns;
  /** The token stays in its state, and counts so many more turns of it than its way out does; fewer below 0. */
  readonly spend?: number;
}

/** Sets variables of the scope. */
export interface SetAction {
  readonly type: 'set';
  /** Variables of the scope. */
  readonly values: {
    readonly [k: string]: Template;
  };
}

/** A durable timer of the run. */
export interface SetTimerAction {
  readonly type: 'set-timer';
  /** Fires as event type `dev.tidegate.timer` with this subject. Setting a name again moves it. */
  readonly name: string;
  /** Milliseconds from now, or an expression that gives them. */
  readonly afterMs?: unknown;
  /** RFC 3339 time or an expression that gives one. */
  readonly at?: unknown;
  readonly data?: Template;
  readonly hold?: Hold;
}

export interface CancelTimerAction {
  readonly type: 'cancel-timer';
  readonly name: string;
}

/** Opens one scope per element. */
export interface ForkAction {
  readonly type: 'fork';
  readonly name: string;
  /** A list, or a template that gives one; an element is `item`, its place `index`. An object stands for the list of its `[key, value]` pairs; with `combine` it names several lists. */
  readonly items?: Template;
  /** `product`: each combination of the lists' elements, the last list varying fastest. `zip`: the first elements, the second ones, as far as the shortest list goes. An element is an object with the lists' names. */
  readonly combine?: 'product' | 'zip';
  /** Scopes open at once; default, or 0: all. */
  readonly concurrency?: unknown;
  /** So many scopes without elements of their own: `item` stays that of the scope around. */
  readonly branches?: number;
  /** Given to each scope as it starts (`event.data.value`). */
  readonly value?: Template;
  /** Failed scopes that the join bears: a number, and a percentage of all. */
  readonly tolerate?: {
    readonly count?: Template;
    readonly percentage?: Template;
  };
  readonly hold?: Hold;
  readonly turns?: Turns;
}

/** Ends the scope the trigger fired in. */
export interface EndScopeAction {
  readonly type: 'end-scope';
  /** Default succeeded. */
  readonly outcome?: 'succeeded' | 'failed' | 'skipped' | 'upstream_failed';
  readonly result?: Template;
  readonly turns?: Turns;
}

/** Ends all open scopes of a fork with their timers and effects. */
export interface CancelForkAction {
  readonly type: 'cancel-fork';
  readonly name: string;
}

/** Ends the run as SUCCEEDED. */
export interface CompleteAction {
  readonly type: 'complete';
  readonly output?: Template;
}

/** Ends the run as FAILED. */
export interface FailAction {
  readonly type: 'fail';
  /** A code of the definition's own; default RUN_FAILED; null: the run has none. */
  readonly error?: unknown;
  readonly cause?: Template;
}

/** Adds a trigger to this run. */
export interface AddTriggerAction {
  readonly type: 'add-trigger';
  readonly trigger: TriggerDefinition;
}

/** Enables, disables or removes a trigger of this run. */
export interface ChangeTriggerAction {
  readonly type: 'enable-trigger' | 'disable-trigger' | 'remove-trigger';
  readonly id: string;
}

/** Adds an interception to this run. */
export interface InterceptAction {
  readonly type: 'intercept';
  readonly interception: Interception;
}

/** One state transition. */
export interface TriggerDefinition {
  readonly id: string;
  /** The events that activate it; one of the patterns must match. */
  readonly activationEvents: readonly ActivationEvent[];
  readonly condition: ConditionDefinition;
  /** A list is done on `fire`; an object maps outcome to list. */
  readonly actions:
    | readonly ActionDefinition[]
    | {
        readonly [k: string]: readonly ActionDefinition[];
      };
  /** First values of the context. */
  readonly context?: {
    readonly [k: string]: unknown;
  };
  /** Removed after it has fired. */
  readonly transient?: boolean;
  /** Default true. */
  readonly enabled?: boolean;
  /** The forks the trigger lives in, outermost first, joined by "/"; absent: the root of the run. */
  readonly scope?: string;
  /** What a failing condition or action does: `dead-letter` the event and go on (default), or `fail` the run. */
  readonly onError?: 'dead-letter' | 'fail';
  readonly state?: StateReference;
}

/** An action before or after every trigger that matches; all given criteria must hold. */
export interface Interception {
  readonly id: string;
  readonly when: 'before' | 'after';
  /** Which triggers: by id, by the type of their condition, by the type of an action. */
  readonly match: {
    readonly trigger?: string;
    readonly condition?: string;
    readonly action?: string;
  };
  readonly actions: readonly ActionDefinition[];
}

/** The state that the trigger is a transition of. */
export interface StateReference {
  readonly name: string;
  readonly type: string;
  /** It is run for itself: the causes of its failures do not say in which state they arose. */
  readonly alone?: boolean;
  /** A task of it is reported on with a token. */
  readonly token?: boolean;
}

/** Enters the state again after a while, with the input it was held with. */
export interface RetryStateAction {
  readonly type: 'retry-state';
  /** Fires as event type `dev.tidegate.timer` with this subject. */
  readonly name: string;
  /** Which of the state's retriers grants it: each counts its own attempts. */
  readonly retrier: number;
  /** Milliseconds before the first; default 1000. */
  readonly intervalMs?: number;
  /** Factor per further attempt; default 2. */
  readonly backoffRate?: number;
  /** Milliseconds at most. */
  readonly maxDelayMs?: number;
  /** `full`: a part of the delay, drawn from the state's place and attempt. */
  readonly jitter?: 'none' | 'full';
  readonly turns?: Turns;
}

/** The first rule that holds names the outcome `choice:<n>`; none: `default`, or the failure States.NoChoiceMatched. */
export interface ChoiceCondition {
  readonly type: 'choice';
  readonly language?: 'JSONPath' | 'JSONata';
  /** Rules of a Choice state, without what they lead to. */
  readonly rules: {
    readonly [k: string]: unknown;
  }[];
  /** What the rules look at (JSONPath); null: an empty object. */
  readonly inputPath?: string | null;
  /** What the rules read as the context object (`$$`, `$states.context`), where it is not made from the run. */
  readonly contextObject?: {
    readonly [k: string]: unknown;
  };
  readonly default?: boolean;
}

/** Joins the scopes of a fork: `succeeded` once all have ended (`context.results`, by index), `failed` as soon as more failed than the fork tolerates (`context.failure`). */
export interface ScopesCondition {
  readonly type: 'scopes';
  /** Keep the results; default true. */
  readonly collect?: boolean;
}

/** What a failure leads to: `retry:<n>` while the retrier that names it grants another attempt, else `catch:<n>`, else `fail`. */
export interface CatchCondition {
  readonly type: 'catch';
  readonly retry?: {
    readonly errors: readonly string[];
    /** Further attempts. */
    readonly maxAttempts: number;
  }[];
  /** Names of errors, one list per catcher. */
  readonly catch?: readonly string[][];
}

/** A value computed by JSONPath or JSONata, as compilers make it. */
export interface QueryValue {
  $query: {
    readonly [k: string]: unknown;
  };
}

/** The definition of format `triggers`, and what every compiler produces. */
export interface TriggersDefinition {
  readonly run?: RunMode;
  /** An event that matches starts a run of its own. */
  readonly startOn?: readonly ActivationEvent[];
  /** The triggers; ids are unique. */
  readonly triggers: readonly TriggerDefinition[];
  /** Actions before or after triggers. */
  readonly interceptions?: readonly Interception[];
  /** Milliseconds a run may last (TIMED_OUT). */
  readonly timeoutMs?: number;
  /** Keep each run's inputs; default true for started runs, false for standing and correlated ones. */
  readonly history?: boolean;
  /** The error of a run that lasted longer; default RUN_TIMED_OUT. */
  readonly timeoutError?: string;
}

/** What registers a workflow: a definition and the format it is written in. */
export interface WorkflowBody {
  /** E.g. `triggers` or `dag`. */
  readonly format: string;
  /** A value, or the text of a YAML or JSON document (then diagnostics have lines). */
  readonly definition: unknown;
}

/** One version of a registered workflow. */
export interface WorkflowDocument {
  readonly name: string;
  readonly version: number;
  readonly format: string;
  /** As it was given. */
  readonly definition: unknown;
  /** RFC 3339 */
  readonly createdAt: string;
}

/** All of them. */
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
] as const satisfies readonly TriggerRule[];
