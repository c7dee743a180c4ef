import type { StatementSync } from 'node:sqlite';
import type { RunChange } from '../state-store.ts';
import type { Database, Participant } from './database.ts';
import { decodeChanges, encodeChanges } from './journal-codec.ts';
import { Memtable, type PendingRun } from './memtable.ts';
import type { Retention } from './retention.ts';
import type { RunRows } from './run-rows.ts';

/** Characters of journal, and bytes of memtable, beyond which folding begins. */
const JOURNAL_TARGET = 8 * 1024 * 1024;
const MEMTABLE_TARGET = 24 * 1024 * 1024;
/** Runs folded per transaction beyond twice the number it changed; so many times more when far beyond the target. */
const FOLD_RUNS = 32;
const FOLD_HARDER = 16;

/**
 * A checkpoint writes all its run changes as one journal row, and into the memtable once that is durable. In the
 * background the memtable's oldest runs are folded into rows, and journal rows wholly folded go. So a run that starts
 * and ends between two folds never writes its cells, and a run that changes a thousand times is folded once.
 */
export class RunJournal implements Participant {
  readonly memtable = new Memtable();
  readonly #rows: RunRows;
  readonly #retention: Retention;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  /** Rows in the journal, oldest first. */
  #kept: { sequence: number; length: number }[] = [];
  #length = 0;
  #next = 1;
  /** Of the transaction at work. */
  #added: { sequence: number; length: number }[] = [];
  #folded = new Set<PendingRun>();
  #changed = 0;

  /** Reads the journal into the memtable: what a crash left unfolded. */
  constructor(db: Database, rows: RunRows, retention: Retention) {
    this.#rows = rows;
    this.#retention = retention;
    this.#insert = db.prepare('INSERT INTO journal (sequence, partition, changes) VALUES (?, ?, ?)');
    this.#trim = db.prepare('DELETE FROM journal WHERE sequence < ?');
    const all = db.prepare('SELECT sequence, partition, changes FROM journal ORDER BY sequence');
    db.read(() => {
      for (const row of all.iterate() as unknown as Iterable<[number, number, string]>) {
        const [sequence, partition, changes] = row;
        for (const change of decodeChanges(changes)) this.memtable.apply(partition, sequence, change);
        this.#kept.push({ sequence, length: changes.length });
        this.#length += changes.length;
        this.#next = sequence + 1;
      }
    });
    db.join(this);
  }

  /** Inside the transaction. Answers the row's sequence, to be given to `applied` when it is durable. */
  append(partition: number, changes: readonly RunChange[]): number {
    const sequence = this.#next;
    this.#next += 1;
    const text = encodeChanges(changes);
    this.#insert.run(sequence, partition, text);
    this.#added.push({ sequence, length: text.length });
    this.#changed += changes.length;
    return sequence;
  }

  applied(partition: number, sequence: number, changes: readonly RunChange[]): void {
    for (const change of changes) this.memtable.apply(partition, sequence, change);
  }

  /** Inside the transaction: folds everything that was committed before it. */
  foldAll(): void {
    this.#fold(Number.POSITIVE_INFINITY);
  }
  /** Whether the rows of the run are behind. */
  readonly unfolded = (key: string): boolean => {
    const pending = this.memtable.get(key);
    return pending !== undefined && !this.#folded.has(pending);
  };
  get empty(): boolean {
    return this.memtable.size === 0;
  }

  background(): void {
    this.#retention.dropExpired(this.unfolded);
    const fill = Math.max(this.#length / JOURNAL_TARGET, this.memtable.bytes / MEMTABLE_TARGET);
    if (fill <= 1) return;
    this.#fold((FOLD_RUNS + 2 * this.#changed) * (fill > 2 ? FOLD_HARDER : 1));
  }

  #fold(most: number): void {
    const finished = new Map<number, number>();
    let left = most;
    let oldest = this.#added[0]?.sequence ?? this.#next;
    for (const pending of this.memtable.values()) {
      if (this.#folded.has(pending)) continue;
      if (left === 0) {
        oldest = pending.since;
        break;
      }
      const { partition, delta } = this.#rows.fold(pending);
      finished.set(partition, (finished.get(partition) ?? 0) + delta);
      this.#folded.add(pending);
      left -= 1;
    }
    for (const [partition, delta] of finished) this.#retention.countFinished(partition, delta, this.unfolded);
    if (this.#kept.length > 0 && this.#kept[0]!.sequence < oldest) this.#trim.run(oldest);
  }

  committed(): void {
    for (const pending of this.#folded) this.memtable.delete(pending.key);
    for (const row of this.#added) {
      this.#kept.push(row);
      this.#length += row.length;
    }
    const oldest = this.memtable.oldest() ?? this.#added[0]?.sequence ?? this.#next;
    let gone = 0;
    while (gone < this.#kept.length && this.#kept[gone]!.sequence < oldest) {
      this.#length -= this.#kept[gone]!.length;
      gone += 1;
    }
    if (gone > 0) this.#kept.splice(0, gone);
    this.#forget();
  }

  rolledBack(): void {
    this.#forget();
  }
  #forget(): void {
    this.#added = [];
    this.#folded = new Set();
    this.#changed = 0;
  }
}
