import type { StatementSync } from 'node:sqlite';
import type { StoreOptions } from '../store-options.ts';
import type { Database } from './database.ts';
import type { RunRows } from './run-rows.ts';

/** Most rows of one kind that leave in one transaction beyond what came in it. */
const EXTRA = 32;
/** Milliseconds between looks for what is too old. */
const LOOK_MS = 1000;

/**
 * Finished runs, dead letters and records leave, the oldest first, a bounded number per transaction and found by an
 * index: the counts are kept in the partition's row, so nothing is ever scanned.
 */
export class Retention {
  readonly #options: StoreOptions;
  readonly #rows: RunRows;
  readonly #finished: StatementSync;
  readonly #oldestRuns: StatementSync;
  readonly #letters: StatementSync;
  readonly #dropLetters: StatementSync;
  readonly #dropRecords: StatementSync;
  #lookAt = 0;

  constructor(db: Database, rows: RunRows, options: StoreOptions) {
    this.#options = options;
    this.#rows = rows;
    this.#finished = db.prepare(
      'UPDATE partitions SET finished = finished + ? WHERE partition = ? RETURNING finished',
    );
    this.#oldestRuns = db.prepare(
      `SELECT key FROM runs WHERE partition = ? AND finished_at IS NOT NULL AND finished_at < ?
       ORDER BY finished_at LIMIT ?`,
    );
    this.#letters = db.prepare(
      'UPDATE partitions SET dead_letters = dead_letters + ? WHERE partition = ? RETURNING dead_letters',
    );
    this.#dropLetters = db.prepare(
      `DELETE FROM dead_letters WHERE sequence IN
       (SELECT sequence FROM dead_letters WHERE partition = ? ORDER BY sequence LIMIT ?) AND at < ?`,
    );
    this.#dropRecords = db.prepare(
      `DELETE FROM records WHERE (collection, id) IN
       (SELECT collection, id FROM records WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    );
  }

  /**
   * Counts finished runs that came to the partition (or went, negative); beyond the limit the oldest go, but for those
   * that `spare` names: their rows are not up to date.
   */
  countFinished(partition: number, delta: number, spare: (key: string) => boolean): void {
    if (delta === 0) return;
    const [count] = this.#finished.get(delta, partition) as unknown as [number];
    const excess = Math.min(count - this.#options.limits.finishedRuns, Math.max(delta, 0) + EXTRA);
    if (delta > 0 && excess > 0) this.#dropRuns(partition, Number.MAX_SAFE_INTEGER, excess, spare);
  }

  countDeadLetters(partition: number, delta: number): void {
    if (delta === 0) return;
    const [count] = this.#letters.get(delta, partition) as unknown as [number];
    const excess = Math.min(count - this.#options.limits.deadLetters, Math.max(delta, 0) + EXTRA);
    if (delta > 0 && excess > 0) this.#dropDeadLetters(partition, Number.MAX_SAFE_INTEGER, excess);
  }

  /** Drops some of what is too old, if it is time to look. */
  dropExpired(spare: (key: string) => boolean): void {
    const now = this.#options.now();
    if (now < this.#lookAt) return;
    let full = Number(this.#dropRecords.run(now, EXTRA).changes) === EXTRA;
    const { partitions, finishedRunsMs, deadLettersMs } = this.#options;
    for (let partition = 0; partition < partitions; partition += 1) {
      if (finishedRunsMs !== undefined)
        full = this.#dropRuns(partition, now - finishedRunsMs, EXTRA, spare) || full;
      if (deadLettersMs !== undefined)
        full = this.#dropDeadLetters(partition, now - deadLettersMs, EXTRA) || full;
    }
    this.#lookAt = full ? now : now + LOOK_MS;
  }

  /** Answers whether there may be more. */
  #dropRuns(partition: number, before: number, most: number, spare: (key: string) => boolean): boolean {
    const keys = this.#oldestRuns.all(partition, before, most) as unknown as [string][];
    let gone = 0;
    for (const [key] of keys) if (!spare(key)) gone += this.#rows.remove(key);
    if (gone > 0) this.#finished.get(-gone, partition);
    return gone === most;
  }
  #dropDeadLetters(partition: number, before: number, most: number): boolean {
    const gone = Number(this.#dropLetters.run(partition, most, before).changes);
    if (gone > 0) this.#letters.get(-gone, partition);
    return gone === most;
  }
}
