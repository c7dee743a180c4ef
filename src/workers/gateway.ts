import type { ForkChange } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Interception, TriggerDefinition, TriggersDefinition } from '../model/documents.ts';
import type { Diagnostic } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { RunDocument } from '../model/run.ts';
import type { DeadLetter, Page, RunFilter, StoredWorkflow } from '../stores/state-store.ts';
import type { ActivityTasks } from './activity-tasks.ts';
import type { HistoryItem } from './history-entry.ts';

export interface PageRequest {
  readonly cursor?: string;
  /** 1 to 1000 */
  readonly limit: number;
}

/** What became of a command. `applied` false: its owner has not answered within the bound; it stands in the log all the same. */
export interface CommandResult {
  readonly applied: boolean;
}

export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  readonly cursor?: string;
}

/** One context of a run, as `.../contexts` shows it. */
export interface ContextDocument {
  readonly trigger: string;
  /** Path of the scope; "" at the root. */
  readonly scope: string;
  readonly activations: number;
  readonly done: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** Number of members of a join. */
  readonly members?: number;
}

/** What a watcher of a run is told; `run.changed` whenever its document may have changed, `task` as tasks move. */
export type RunNotice =
  | { readonly kind: 'run'; readonly run: RunDocument }
  | {
      readonly kind: 'task';
      /** Subject of the completion: the task's name. */
      readonly task: string;
      readonly scope: string;
      readonly state: 'started' | 'succeeded' | 'failed' | 'retrying' | 'skipped' | 'upstream_failed';
      readonly attempt?: number;
      readonly error?: string;
    };

export interface Health {
  /** The loop is alive. */
  readonly live: boolean;
  /** It owns its partitions and the store answers. */
  readonly ready: boolean;
  /** Why not, one line each. */
  readonly reasons: readonly string[];
}

/**
 * Everything that front ends, the command line and embedding programs ask of the engine. It never writes a partition's
 * state: what changes a run is appended to the log as a command, and answered when its owner has applied it. All
 * failures are TidegateErrors.
 */
export interface Gateway {
  readonly limits: Limits;

  /** Dry run. `definition` is a parsed value, or the text of a YAML or JSON document (then places have lines). */
  compile(
    format: string,
    definition: unknown,
  ): { diagnostics: readonly Diagnostic[]; triggers?: TriggersDefinition };
  /** INVALID_DEFINITION carries `details.diagnostics`. The same definition again is the same version (`created` false). */
  putWorkflow(
    name: string,
    body: { format: string; definition: unknown },
  ): Promise<{ workflow: StoredWorkflow; created: boolean; warnings: readonly Diagnostic[] }>;
  getWorkflow(name: string, version?: number): Promise<StoredWorkflow>;
  listWorkflows(page: PageRequest): Promise<Page<StoredWorkflow>>;
  listVersions(name: string): Promise<readonly number[]>;
  /** WORKFLOW_IN_USE while runs are live, unless forced: then they are cancelled first. */
  deleteWorkflow(name: string, options: { force: boolean }): Promise<void>;

  /** Triggers of a version (compiled ones too); changing them makes a new version, for format `triggers` only. */
  listTriggers(name: string, version?: number): Promise<readonly TriggerDefinition[]>;
  changeTriggers(
    name: string,
    change:
      | { kind: 'add' | 'put'; trigger: TriggerDefinition }
      | { kind: 'patch'; id: string; patch: Partial<TriggerDefinition> }
      | { kind: 'remove'; id: string },
  ): Promise<{ workflow: StoredWorkflow; trigger?: TriggerDefinition; created: boolean }>;

  /** RUN_EXISTS when the id is taken by a run with another input; the same input again answers the run that is there. */
  startRun(
    name: string,
    start: {
      id?: string;
      input?: unknown;
      labels?: Readonly<Record<string, string>>;
      version?: number;
      /** Milliseconds it may last, where the definition does not bound it tighter. */
      timeoutMs?: number;
      /** W3C trace context that the run belongs to. */
      traceparent?: string;
    },
    /** `waitMs`: answers when the run has ended, or how it stands after that time, or when `leaving` is aborted. */
    options?: { waitMs?: number; leaving?: AbortSignal },
  ): Promise<{ run: RunDocument; created: boolean }>;
  getRun(name: string, run: string): Promise<RunDocument>;
  listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunDocument>>;
  history(name: string, run: string, page: PageRequest): Promise<HistoryPage>;
  contexts(name: string, run: string): Promise<readonly ContextDocument[]>;
  commandRun(
    name: string,
    run: string,
    command: 'cancel' | 'pause' | 'resume' | 'redrive' | 'delete',
    /** `error`: what a cancelled run shows as its error, instead of RUN_CANCELLED. */
    options?: { reason?: string; error?: string },
  ): Promise<CommandResult>;
  /** Gives the fork of a Map Run other bounds while it is open. NOT_FOUND where it is not. */
  changeFork(name: string, run: string, change: ForkChange): Promise<CommandResult>;
  /** Resolves with the run when it has ended, or with how it stands after `waitMs` or when `leaving` is aborted. */
  awaitEnd(name: string, run: string, waitMs: number, leaving?: AbortSignal): Promise<RunDocument>;
  /** Calls back until the answer is called; the first notice is the run as it stands. */
  watchRun(name: string, run: string, listener: (notice: RunNotice) => void): Promise<() => void>;

  /** Triggers of one run, as they are now. */
  listRunTriggers(
    name: string,
    run: string,
  ): Promise<readonly (TriggerDefinition & { readonly dynamic: boolean })[]>;
  changeRunTriggers(
    name: string,
    run: string,
    change:
      | { kind: 'add' | 'put'; trigger: TriggerDefinition }
      | { kind: 'enable' | 'disable' | 'remove'; id: string }
      | { kind: 'intercept'; interception: Interception }
      | { kind: 'remove-interception'; id: string },
  ): Promise<CommandResult>;

  /** Routes and appends; resolves once the log has acknowledged all of them. */
  publish(events: readonly CloudEvent[]): Promise<void>;
  /** `token` as given in `Tidegate-Callback`. INVALID_TOKEN, CALLBACK_CLOSED. */
  callback(
    token: string,
    report:
      | { kind: 'success'; result: unknown }
      | { kind: 'failure'; error?: string; cause?: unknown }
      | { kind: 'heartbeat'; worker?: string },
  ): Promise<CommandResult>;

  listDeadLetters(filter: { workflow?: string; run?: string }, page: PageRequest): Promise<Page<DeadLetter>>;
  getDeadLetter(id: string): Promise<DeadLetter>;
  /** Delivers its event again, passing by dedupe (or performs its effect again), then deletes it. */
  replayDeadLetter(id: string): Promise<void>;
  deleteDeadLetter(id: string): Promise<void>;

  /** Small records: API keys (hashed), idempotency keys. */
  readonly records: {
    put(collection: string, id: string, value: string, expiresAt?: number): Promise<void>;
    add(collection: string, id: string, value: string, expiresAt?: number): Promise<string>;
    get(collection: string, id: string): Promise<string | undefined>;
    list(collection: string): Promise<readonly { id: string; value: string }[]>;
    delete(collection: string, id: string): Promise<boolean>;
  };

  /** Tasks of activities that wait for somebody to do them. */
  readonly activities: Pick<ActivityTasks, 'take'>;

  health(): Promise<Health>;
  /** Name, help, type and samples, for /metrics. */
  metrics(): Promise<readonly Metric[]>;
}

export interface Metric {
  /** e.g. `tidegate_events_total` */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** Of a counter or gauge, or the sum of a histogram's observations. */
  readonly value: number;
  /** Of a histogram: how many observations were at most `bound`, growing; the last bound is infinite. */
  readonly buckets?: readonly { readonly bound: number; readonly count: number }[];
}
