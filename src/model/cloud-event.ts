import type { Token } from './token.ts';

/**
 * A CloudEvent 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) in memory: the attributes as plain members,
 * `data` parsed where the content is JSON. `workflow`, `run` and `scope` are Tidegate's extensions.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** URI-reference of the producer. (source, id) identifies the event within its run. */
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339 */
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly data?: unknown;
  /** Binary content, base64; never together with `data`. */
  readonly data_base64?: string;
  readonly partitionkey?: string;
  readonly traceparent?: string;
  readonly workflow?: string;
  readonly run?: string;
  /** Path of the scope inside the run, e.g. `resize[3]`; absent at the root. */
  readonly scope?: string;
  /** Only inside the engine: the token that an internal event moves. */
  readonly token?: Token;
  /** Further extension attributes: lower-case letters and digits. */
  readonly [extension: string]: unknown;
}

/** Event types that begin so are the engine's own; from outside they are refused. */
export const RESERVED_TYPE_PREFIX = 'dev.tidegate.';

/** The engine's own event types, used in compiled triggers and visible through the API. */
export const EVENT_TYPES = {
  /** An effect with this subject ended well; `data` is its result. */
  taskSucceeded: 'dev.tidegate.task.succeeded',
  /** An effect ended badly for good; `data` is `{code, message, ...}`. */
  taskFailed: 'dev.tidegate.task.failed',
  taskSkipped: 'dev.tidegate.task.skipped',
  taskUpstreamFailed: 'dev.tidegate.task.upstream_failed',
  /** A branch chose among its downstream tasks, or a short circuit cut them: `data` is `{chosen, cut?}`. */
  taskBranched: 'dev.tidegate.task.branched',
  /** The run begins; `data` is its input. */
  runStarted: 'dev.tidegate.run.started',
  /** A run begins at the place named by the subject; `data` is its input. */
  runEntered: 'dev.tidegate.run.entered',
  /** A run has failed and the tasks that handle it begin. */
  runFailing: 'dev.tidegate.run.failing',
  /** A fork named by the subject happened; `data` is `{count}`. */
  scopeForked: 'dev.tidegate.scope.forked',
  /** One scope of the fork named by the subject begins; delivered inside that scope. */
  scopeStarted: 'dev.tidegate.scope.started',
  /** One scope of the fork named by the subject ended; delivered in the parent; `data` is `{index, outcome, result?}`. */
  scopeEnded: 'dev.tidegate.scope.ended',
  /** A token enters the state named by the subject; `data` is the state's input. */
  stateEntered: 'dev.tidegate.state.entered',
  /** A timer set by an action fired; the subject is the timer's name. */
  timer: 'dev.tidegate.timer',
} as const;
