import type { RunStatus } from '../model/run.ts';

/**
 * The port of the state store. Adapters: memory, SQLite, later Redis. Every adapter passes `test/conformance/state-store.ts`.
 *
 * A run is a head (what lists and the API show) and cells (everything the engine must remember), each a JSON text
 * under a short key. The first letter of a cell's key is its kind; the store itself knows only two of them:
 * `e` pending effects and `t` timers, which it gives back whole at a takeover.
 */
export interface StateStore {
  /** Epoch of the partition's owner; 0 where it never had one. A takeover takes a higher one. */
  epochOf(partition: number): Promise<number>;
  /**
   * Takes the partition over: later checkpoints of any other token are refused with FENCED. A lower epoch than the
   * stored one is refused with FENCED; so is the same epoch under another token.
   */
  acquire(partition: number, owner: Owner): Promise<PartitionState>;
  /** The runs as of the last checkpoint, in the order asked; `undefined` where there is none. */
  loadRuns(partition: number, keys: readonly string[]): Promise<readonly (StoredRun | undefined)[]>;
  /**
   * Writes everything of the batch or nothing. `number` must follow the stored one: the same number again by the same
   * owner is a no-op, any other mismatch is refused with FENCED. Rejects with STORE_FULL or STORE_UNAVAILABLE where the
   * same checkpoint may be sent again.
   */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  /** Remembers durably that an event is about to be stepped alone; see PartitionState.suspect. */
  markSuspect(partition: number, owner: Owner, suspect: Suspect): Promise<void>;

  /** Stores the next version, or answers the newest one when its format and definition are the same. */
  putWorkflow(workflow: {
    name: string;
    format: string;
    definition: unknown;
    createdAt: string;
    /** What the definition compiled into, for people who look into the store; nothing reads it back. */
    triggers?: readonly object[];
  }): Promise<StoredWorkflow>;
  getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined>;
  /** The newest version of each, by name, after `cursor`. */
  listWorkflows(page: { cursor?: string; limit: number }): Promise<Page<StoredWorkflow>>;
  listVersions(name: string): Promise<readonly number[]>;
  /** Undefined where there is no such workflow. One round trip, whatever the definition's size. */
  newestVersion(name: string): Promise<number | undefined>;
  /** Removes all versions, and the finished runs of exactly this workflow. False when there was none. */
  deleteWorkflow(name: string): Promise<boolean>;

  getRun(key: string): Promise<StoredRun | undefined>;
  /** Newest first. */
  listRuns(filter: RunFilter, page: { cursor?: string; limit: number }): Promise<Page<RunHead>>;
  /** Entries in order, from sequence number `from`. */
  history(key: string, from: number, limit: number): Promise<readonly HistoryRow[]>;
  deadLetters(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Promise<Page<DeadLetter>>;
  deadLetter(id: string): Promise<DeadLetter | undefined>;
  deleteDeadLetter(id: string): Promise<boolean>;

  /** Small records beside the runs: API keys, idempotency keys. `expiresAt` in milliseconds of the epoch. */
  putRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<void>;
  /** Writes only when there is no live record of the id; answers the one that stands afterwards. */
  addRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<string>;
  getRecord(collection: string, id: string): Promise<string | undefined>;
  listRecords(collection: string): Promise<readonly { id: string; value: string }[]>;
  deleteRecord(collection: string, id: string): Promise<boolean>;

  /** Resolves when the store answers; rejects with the coded reason. */
  ping(): Promise<void>;
  /** Resolves with what in the server's settings breaks a promise, one line each. */
  check?(): Promise<readonly string[]>;
  /** Where several processes share the store. */
  readonly shared?: SharedStore;
  close(): Promise<void>;
}

/** What processes that share a store need of it beyond state. */
export interface SharedStore {
  /**
   * Atomically: renews the worker's membership for `ttlMs` by the store's clock, gives the leases of `release` back, renews those of
   * `hold`, and grants those of `claim` that are free or run out (each grant with a higher epoch than all before).
   */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /** Ends the membership and all its leases. */
  leave(worker: string): Promise<void>;
  readonly notices: Notices;
}

export interface LeaseRequest {
  readonly worker: string;
  readonly ttlMs: number;
  readonly hold: readonly number[];
  readonly claim: readonly number[];
  readonly release: readonly number[];
}
export interface LeaseAnswer {
  /** Workers whose membership has not run out, this one included, sorted. */
  readonly members: readonly string[];
  /** Of `hold` and `claim`, those that are this worker's now, with the epoch of the grant. */
  readonly held: ReadonlyMap<number, number>;
  /** Of `claim`, those that another holds. */
  readonly taken: readonly number[];
}

/** Short messages between processes. One may be lost where a connection breaks; nothing but speed rests on them. */
export interface Notices {
  publish(channel: string, message: string): void;
  /** `onGap` is called when messages may have been lost. Answers how to stop. */
  subscribe(channel: string, listener: (message: string) => void, onGap?: () => void): Promise<() => void>;
}

export interface Owner {
  /** Fresh per takeover. */
  readonly token: string;
  readonly epoch: number;
  /** A process takes over again what it lost by an outage that it lived through: does not count among `takeovers`. */
  readonly again?: boolean;
}

export interface PartitionState {
  /** The log offset to read next. */
  readonly position: number;
  /** Number of the last checkpoint; 0 before the first. */
  readonly checkpoint: number;
  /** Dedupe blocks, oldest first: pairs of 32-bit hashes. */
  readonly dedupe: readonly Uint32Array[];
  /** All pending effects and timers of the partition's runs. */
  readonly pending: readonly { readonly run: string; readonly cell: string; readonly value: string }[];
  /** Takeovers since the last checkpoint, this one included unless it is `again`: a batch that keeps killing its worker counts up. */
  readonly takeovers: number;
  /** The last `markSuspect` since the last checkpoint. */
  readonly suspect: Suspect | undefined;
}

/** An event that may have killed the processes that tried it. */
export interface Suspect {
  readonly offset: number;
  /** Processes that tried it alone, 1 to 7; what comes beyond counts as 7. */
  readonly tries: number;
}

/** What lists show of a run and are filtered by. */
export interface RunHead {
  /** `workflow/run` */
  readonly key: string;
  readonly version: number;
  readonly status: RunStatus;
  /** milliseconds of the epoch */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** The rest of the run's own state: input, output, error and what the engine adds. JSON text. */
  readonly body: string;
}

export interface StoredRun {
  readonly head: RunHead;
  readonly cells: readonly (readonly [key: string, value: string])[];
}

export interface RunChange {
  readonly key: string;
  /** Absent where only cells changed. */
  readonly head?: RunHead;
  /** `null` removes the cell. */
  readonly cells: readonly (readonly [key: string, value: string | null])[];
  /** Entries to append, JSON texts; the first has the sequence number `historyFrom` (from 1). */
  readonly history?: readonly string[];
  readonly historyFrom?: number;
  /** The run has ended: all its cells go, the head stays as long as retention says. */
  readonly ended?: boolean;
  /** The run goes altogether, head and history included. */
  readonly deleted?: boolean;
}

export interface Checkpoint {
  readonly partition: number;
  readonly owner: Owner;
  /** The previous checkpoint's number plus one. */
  readonly number: number;
  /** The log offset to read next once this is written. */
  readonly position: number;
  /** Pairs of 32-bit hashes of the events applied; empty when there were none. */
  readonly dedupe: Uint32Array;
  /** Whole blocks from the oldest end that leave the window. */
  readonly dedupeDropped: number;
  readonly runs: readonly RunChange[];
  readonly deadLetters: readonly DeadLetter[];
}

export interface DeadLetter {
  /** Derived from its cause, so that writing it again changes nothing. */
  readonly id: string;
  readonly partition: number;
  /** An ErrorCode. */
  readonly reason: string;
  readonly message: string;
  /** milliseconds of the epoch */
  readonly at: number;
  readonly workflow?: string;
  readonly run?: string;
  readonly trigger?: string;
  /** The event as JSON text (or what came instead of one). */
  readonly event?: string;
  /** The effect that failed, as JSON text. */
  readonly effect?: string;
}

export interface HistoryRow {
  readonly sequence: number;
  readonly value: string;
}
export interface RunFilter {
  readonly workflow?: string;
  readonly status?: RunStatus;
  readonly label?: readonly [name: string, value: string];
  /** milliseconds of the epoch, inclusive */
  readonly startedFrom?: number;
  readonly startedTo?: number;
}
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it back to get the next page; absent on the last. */
  readonly cursor?: string;
}
export interface StoredWorkflow {
  readonly name: string;
  readonly version: number;
  readonly format: string;
  readonly definition: unknown;
  /** RFC 3339 */
  readonly createdAt: string;
}
