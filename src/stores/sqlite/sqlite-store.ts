import type { StatementSync } from 'node:sqlite';
import type {
  Checkpoint,
  DeadLetter,
  HistoryRow,
  Owner,
  Page,
  PartitionState,
  RunFilter,
  RunHead,
  StateStore,
  StoredRun,
  StoredWorkflow,
  Suspect,
} from '../state-store.ts';
import type { StoreOptions } from '../store-options.ts';
import type { Database } from './database.ts';
import { DeadLetterRows } from './dead-letter-rows.ts';
import { overlay } from './memtable.ts';
import { PartitionRows } from './partition-rows.ts';
import { RecordRows } from './record-rows.ts';
import { Retention } from './retention.ts';
import { RunJournal } from './run-journal.ts';
import { RunLists } from './run-lists.ts';
import { RunRows } from './run-rows.ts';
import { WorkflowRows } from './workflow-rows.ts';

/** Finished runs that leave in one transaction when their workflow is deleted. */
const DELETE_RUNS = 500;

/** The state store in `tidegate.db`, beside the log. Shares the group commit of its Database; closing is the owner's. */
export class SqliteStore implements StateStore {
  readonly #db: Database;
  readonly #now: () => number;
  readonly #partitions: PartitionRows;
  readonly #rows: RunRows;
  readonly #retention: Retention;
  readonly #journal: RunJournal;
  readonly #lists: RunLists;
  readonly #deadLetters: DeadLetterRows;
  readonly #workflows: WorkflowRows;
  readonly #records: RecordRows;
  readonly #finishedOf: StatementSync;
  readonly #ping: StatementSync;

  constructor(db: Database, options: StoreOptions) {
    this.#db = db;
    this.#now = options.now;
    this.#partitions = new PartitionRows(db);
    this.#rows = new RunRows(db);
    this.#retention = new Retention(db, this.#rows, options);
    this.#journal = new RunJournal(db, this.#rows, this.#retention);
    this.#lists = new RunLists(db);
    this.#deadLetters = new DeadLetterRows(db, this.#retention);
    this.#workflows = new WorkflowRows(db);
    this.#records = new RecordRows(db);
    this.#finishedOf = db.prepare(
      `SELECT key, partition FROM runs INDEXED BY runs_by_workflow
       WHERE workflow = ? AND status IN ('SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED') LIMIT ?`,
    );
    this.#ping = db.prepare('SELECT 1');
  }

  async epochOf(partition: number): Promise<number> {
    return this.#db.read(() => this.#partitions.read(partition).epoch ?? 0);
  }

  async acquire(partition: number, owner: Owner): Promise<PartitionState> {
    await this.#db.write(() => this.#partitions.own(partition, owner));
    return this.#db.read(() => {
      const { position, checkpoint, takeovers, suspect } = this.#partitions.read(partition);
      const dedupe = this.#partitions.dedupeBlocks(partition);
      const pending = this.#pending(partition);
      return { position, checkpoint, dedupe, pending, takeovers, suspect };
    });
  }

  #pending(partition: number): { run: string; cell: string; value: string }[] {
    const pending: { run: string; cell: string; value: string }[] = [];
    const { memtable } = this.#journal;
    for (const [run, cell, value] of this.#rows.pending(partition)) {
      const over = memtable.get(run);
      if (over?.removed || over?.cleared || over?.cells.has(cell)) continue;
      pending.push({ run, cell, value });
    }
    for (const over of memtable.values()) {
      if (over.partition !== partition) continue;
      for (const [cell, value] of over.cells) {
        const kept = value !== null && (cell.startsWith('e') || cell.startsWith('t'));
        if (kept) pending.push({ run: over.key, cell, value });
      }
    }
    return pending;
  }

  async loadRuns(_partition: number, keys: readonly string[]): Promise<readonly (StoredRun | undefined)[]> {
    return this.#db.read(() => keys.map((key) => this.#stored(key)));
  }

  #stored(key: string): StoredRun | undefined {
    const pending = this.#journal.memtable.get(key);
    const alone = pending?.removed || (pending?.cleared && pending.head !== undefined);
    return overlay(alone ? undefined : this.#rows.load(key), pending);
  }

  checkpoint(checkpoint: Checkpoint): Promise<void> {
    const { partition, runs, deadLetters } = checkpoint;
    return this.#db
      .write(
        () => {
          if (!this.#partitions.advance(checkpoint)) return undefined;
          if (deadLetters.length > 0) this.#deadLetters.add(partition, deadLetters);
          return runs.length > 0 ? this.#journal.append(partition, runs) : undefined;
        },
        (sequence) => {
          if (sequence !== undefined) this.#journal.applied(partition, sequence, runs);
        },
      )
      .then(nothing);
  }

  async markSuspect(partition: number, owner: Owner, suspect: Suspect): Promise<void> {
    await this.#db.write(() => this.#partitions.markSuspect(partition, owner, suspect));
  }

  putWorkflow(workflow: {
    name: string;
    format: string;
    definition: unknown;
    createdAt: string;
  }): Promise<StoredWorkflow> {
    return this.#db.write(() => this.#workflows.put(workflow));
  }
  async getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined> {
    return this.#db.read(() => this.#workflows.get(name, version));
  }
  async listWorkflows(page: { cursor?: string; limit: number }): Promise<Page<StoredWorkflow>> {
    return this.#db.read(() => this.#workflows.list(page));
  }
  async listVersions(name: string): Promise<readonly number[]> {
    return this.#db.read(() => this.#workflows.versions(name));
  }
  async newestVersion(name: string): Promise<number | undefined> {
    return this.#db.read(() => this.#workflows.newestVersion(name));
  }
  /** The runs go first, some at a time; the versions last, so that a crash in between leaves a workflow to delete again. */
  async deleteWorkflow(name: string): Promise<boolean> {
    let existed: boolean | undefined;
    while (existed === undefined) {
      existed = await this.#db.write(() => {
        this.#journal.foldAll();
        const runs = this.#finishedOf.all(name, DELETE_RUNS) as unknown as [string, number][];
        for (const [key, partition] of runs) {
          this.#retention.countFinished(partition, -this.#rows.remove(key), this.#journal.unfolded);
        }
        return runs.length === DELETE_RUNS ? undefined : this.#workflows.delete(name);
      });
    }
    return existed;
  }

  async getRun(key: string): Promise<StoredRun | undefined> {
    return this.#db.read(() => this.#stored(key));
  }
  async listRuns(filter: RunFilter, page: { cursor?: string; limit: number }): Promise<Page<RunHead>> {
    if (!this.#journal.empty) await this.#db.write(() => this.#journal.foldAll());
    return this.#db.read(() => this.#lists.list(filter, page));
  }
  async history(key: string, from: number, limit: number): Promise<readonly HistoryRow[]> {
    const pending = this.#journal.memtable.get(key);
    const rows = pending?.removed ? [] : this.#db.read(() => this.#rows.history(key, from, limit));
    for (const { first, entries } of pending?.history ?? []) {
      entries.forEach((value, i) => {
        if (first + i >= from && rows.length < limit) rows.push({ sequence: first + i, value });
      });
    }
    return rows;
  }
  async deadLetters(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Promise<Page<DeadLetter>> {
    return this.#db.read(() => this.#deadLetters.list(filter, page));
  }
  async deadLetter(id: string): Promise<DeadLetter | undefined> {
    return this.#db.read(() => this.#deadLetters.get(id));
  }
  deleteDeadLetter(id: string): Promise<boolean> {
    return this.#db.write(() => this.#deadLetters.delete(id));
  }

  putRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<void> {
    return this.#db.write(() => this.#records.put(collection, id, value, expiresAt));
  }
  addRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<string> {
    return this.#db.write(() => {
      const standing = this.#records.get(collection, id, this.#now());
      if (standing !== undefined) return standing;
      this.#records.put(collection, id, value, expiresAt);
      return value;
    });
  }
  async getRecord(collection: string, id: string): Promise<string | undefined> {
    return this.#db.read(() => this.#records.get(collection, id, this.#now()));
  }
  async listRecords(collection: string): Promise<readonly { id: string; value: string }[]> {
    return this.#db.read(() => this.#records.list(collection, this.#now()));
  }
  deleteRecord(collection: string, id: string): Promise<boolean> {
    return this.#db.write(() => this.#records.delete(collection, id, this.#now()));
  }

  async ping(): Promise<void> {
    this.#db.read(() => this.#ping.get());
  }
  async close(): Promise<void> {
    this.#db.close();
  }
}

function nothing(): void {}
