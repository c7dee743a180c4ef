import { TidegateError } from '../model/errors.ts';
import type { LogRecord, PartitionReader } from './event-log.ts';
import type { LogPartition } from './log-partition.ts';

/** Reads `limit` records from `from` on. */
export type ReadRows = (from: number, limit: number) => readonly (readonly [offset: number, value: string])[];

/** A reader that follows the appends takes from memory; one that is behind reads rows. */
export class SqliteReader implements PartitionReader {
  readonly #part: LogPartition;
  readonly #read: ReadRows;
  readonly #onReady: () => void;
  #next: number;
  /** The last `take` returned none, and `onReady` has not been called since. */
  #waiting = false;
  #closed = false;

  constructor(part: LogPartition, from: number, read: ReadRows, onReady: () => void) {
    this.#part = part;
    this.#next = from;
    this.#read = read;
    this.#onReady = onReady;
    part.readers.add(this);
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    if (this.#next < this.#part.oldest) {
      throw new TidegateError(
        'POSITION_LOST',
        `offset ${this.#next} is gone; the oldest kept is ${this.#part.oldest}`,
      );
    }
    const records: LogRecord[] = [];
    if (this.#next < this.#part.recentFrom) this.#takeRows(records, max);
    if (this.#next < this.#part.tail.head) this.#takeRecent(records, max);
    this.#waiting = records.length === 0;
    return records;
  }

  #takeRows(records: LogRecord[], max: number): void {
    const limit = Math.min(max, this.#part.recentFrom - this.#next);
    for (const [offset, value] of this.#read(this.#next, limit)) records.push({ offset, value });
    this.#next += records.length;
  }

  #takeRecent(records: LogRecord[], max: number): void {
    for (const { first, values } of this.#part.recentAt(this.#next)) {
      for (let i = this.#next - first; i < values.length; i += 1) {
        if (records.length === max) return;
        records.push({ offset: this.#next, value: values[i]! });
        this.#next += 1;
      }
    }
  }

  /** Never calls back at once, as an append may come from the reader's own code. */
  wake(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    queueMicrotask(() => {
      if (!this.#closed) this.#onReady();
    });
  }

  close(): void {
    this.#closed = true;
    this.#part.readers.delete(this);
  }
}
