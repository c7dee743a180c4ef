import type { Segment } from './log-segments.ts';
import type { SqliteReader } from './sqlite-reader.ts';

/** Characters of the newest records that are kept in memory, per partition. */
const RECENT_LENGTH = 1024 * 1024;

/** How far a partition has come. Replaced as a whole when a transaction commits. */
export interface Tail {
  /** The next record's offset. */
  readonly head: number;
  /** Bytes of all records there ever were. */
  readonly bytes: number;
  /** Oldest first. */
  readonly segments: readonly Segment[];
}

interface Batch {
  readonly first: number;
  readonly values: readonly string[];
  readonly length: number;
}

/** What the embedded log knows of a partition without asking SQLite. */
export class LogPartition {
  readonly readers = new Set<SqliteReader>();
  /** What is durable. */
  tail: Tail;
  /** What the transaction at work has made of it. */
  staged: Tail;
  /** The store's position, as far as it was told. */
  position = 0;
  #recent: Batch[] = [];
  #recentLength = 0;

  constructor(tail: Tail) {
    this.tail = tail;
    this.staged = tail;
  }

  /** Oldest offset that the log holds, or may. */
  get oldest(): number {
    return this.tail.segments[0]?.first ?? this.tail.head;
  }
  get keptBytes(): number {
    return this.tail.bytes - (this.tail.segments[0]?.bytes ?? this.tail.bytes);
  }

  /** Remembers records just written, and wakes who waits for them. */
  appended(first: number, values: readonly string[], length: number): void {
    this.#recent.push({ first, values, length });
    this.#recentLength += length;
    while (this.#recent.length > 1 && this.#recentLength > RECENT_LENGTH) {
      this.#recentLength -= this.#recent.shift()!.length;
    }
    for (const reader of this.readers) reader.wake();
  }

  /** Offset from which on the records are in memory. */
  get recentFrom(): number {
    return this.#recent[0]?.first ?? this.tail.head;
  }

  /** Batches in memory that hold records from `offset` on. */
  recentAt(offset: number): readonly Batch[] {
    let low = 0;
    let high = this.#recent.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#recent[middle]!.first <= offset) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? this.#recent : this.#recent.slice(low);
  }
}
