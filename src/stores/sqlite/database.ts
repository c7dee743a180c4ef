import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { TidegateError } from '../../model/errors.ts';
import { prepareSchema } from './schema.ts';
import { toStoreError } from './sqlite-errors.ts';

export interface DatabaseOptions {
  readonly path: string;
  readonly partitions: number;
  /** `full` (default): what was acknowledged survives a power cut. `normal`: it survives a crash of the process only. */
  readonly synchronous?: 'full' | 'normal' | undefined;
  /** The file grows no further than this; what would make it is refused with STORE_FULL. Default: as the disk allows. */
  readonly maxBytes?: number | undefined;
}

/** What keeps memory beside the tables and has work to do in every transaction. */
export interface Participant {
  /** Bounded upkeep inside the transaction, after its requests. It may be left out when the disk is full. */
  background(): void;
  /** The transaction is durable. Called before the requests' own `committed`. */
  committed(): void;
  /** The transaction is undone; what was noted for it must be forgotten. */
  rolledBack(): void;
}

interface WriteRequest {
  readonly work: () => unknown;
  readonly committed: ((result: never) => void) | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  result: unknown;
  failure: TidegateError | undefined;
}

/** Files up to this many bytes are checked whole at start; of larger ones only the small tables are. */
const WHOLE_CHECK_BYTES = 16 * 1024 * 1024;
const PAGE_BYTES = 8192;
const WAL_BYTES = 16 * 1024 * 1024;
const CACHE_KIB = 64 * 1024;

/**
 * The one connection to `tidegate.db`, with GROUP COMMIT: writes asked for in the same turn of the event loop share one
 * transaction and one fsync, and resolve together. A request's work must make its checks (and throw a TidegateError)
 * before its first write; it changes memory only in `committed`, so that a transaction undone leaves no trace.
 */
export class Database {
  readonly path: string;
  readonly #sql: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #participants: Participant[] = [];
  #queue: WriteRequest[] = [];
  #closed = false;

  /** Throws STORE_LOCKED, STORE_CORRUPT, STORE_VERSION, PARTITIONS_CHANGED or STORE_UNAVAILABLE. */
  constructor(options: DatabaseOptions) {
    this.path = options.path;
    makeFolder(options.path);
    this.#sql = mapped(
      options.path,
      () => new DatabaseSync(options.path, { enableForeignKeyConstraints: false }),
    );
    try {
      mapped(options.path, () => {
        this.#configure(options);
        this.#sql.exec('BEGIN EXCLUSIVE');
        probe(this.#sql, options.path);
        prepareSchema(this.#sql, options.path, options.partitions);
        this.#sql.exec('COMMIT');
      });
    } catch (error) {
      this.#sql.close();
      throw error;
    }
    this.#begin = this.#sql.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#sql.prepare('COMMIT');
    this.#rollback = this.#sql.prepare('ROLLBACK');
  }

  #configure({ synchronous = 'full', maxBytes }: DatabaseOptions): void {
    this.#sql.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`,
    );
    this.#sql.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${CACHE_KIB}`,
    );
    this.#sql.exec(
      `PRAGMA wal_autocheckpoint = ${WAL_BYTES / PAGE_BYTES}; PRAGMA journal_size_limit = ${2 * WAL_BYTES}`,
    );
    if (maxBytes !== undefined) this.#sql.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
  }

  /** Rows come as arrays, in the order of the columns: twice as fast as objects. */
  prepare(text: string): StatementSync {
    const statement = this.#sql.prepare(text);
    statement.setReturnArrays(true);
    return statement;
  }

  join(participant: Participant): void {
    this.#participants.push(participant);
  }

  /** Runs `work` in the next group's transaction; resolves with its result once that is durable. */
  write<T>(work: () => T, committed?: (result: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new TidegateError('STORE_UNAVAILABLE', `${this.path} is closed`));
        return;
      }
      if (this.#queue.length === 0) setImmediate(() => this.flush());
      this.#queue.push({ work, committed, resolve, reject, result: undefined, failure: undefined });
    });
  }

  /** Runs a query on what is committed. */
  read<T>(query: () => T): T {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', `${this.path} is closed`);
    return mapped(this.path, query);
  }

  /** Writes everything that waits. If that fails, tries again without upkeep, then one by one: only the guilty rejects. */
  flush(): void {
    const group = this.#queue;
    this.#queue = [];
    if (group.length === 0 || this.#attempt(group, true) === undefined) return;
    const error = this.#attempt(group, false);
    if (error === undefined) return;
    for (const request of group) {
      const own = group.length === 1 ? error : this.#attempt([request], false);
      if (own !== undefined) request.reject(own);
    }
  }

  /** Settles the requests of `group` and answers nothing, or undoes everything and answers the error. */
  #attempt(group: readonly WriteRequest[], upkeep: boolean): unknown {
    try {
      this.#begin.run();
      for (const request of group) runRequest(request);
      if (upkeep) for (const participant of this.#participants) participant.background();
      this.#commit.run();
    } catch (error) {
      if (this.#sql.isTransaction) this.#rollback.run();
      for (const participant of this.#participants) participant.rolledBack();
      return toStoreError(error, this.path) ?? error;
    }
    for (const participant of this.#participants) participant.committed();
    for (const request of group) {
      if (request.failure === undefined) request.committed?.(request.result as never);
    }
    for (const request of group) {
      if (request.failure === undefined) request.resolve(request.result as never);
      else request.reject(request.failure);
    }
    return undefined;
  }

  /** Writes what waits and lets go of the file. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    this.#sql.close();
  }
}

function runRequest(request: WriteRequest): void {
  request.failure = undefined;
  try {
    request.result = request.work();
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    request.failure = error;
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new TidegateError('STORE_UNAVAILABLE', `the folder of ${path} cannot be made: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Finds a damaged file at start rather than in the middle of the work, in bounded time. */
function probe(sql: DatabaseSync, path: string): void {
  const small = statSync(path).size <= WHOLE_CHECK_BYTES;
  const known = sql
    .prepare("SELECT name FROM sqlite_schema WHERE name IN ('meta', 'partitions', 'workflow_names')")
    .all();
  const checks = small ? ['PRAGMA quick_check(1)'] : known.map(({ name }) => `PRAGMA quick_check('${name}')`);
  for (const check of checks) {
    const answer = Object.values(sql.prepare(check).get() ?? {})[0];
    if (answer !== 'ok') throw new TidegateError('STORE_CORRUPT', `${path} is damaged: ${String(answer)}`);
  }
}

function mapped<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error, path);
  }
}
