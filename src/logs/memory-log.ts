import { TidegateError } from '../model/errors.ts';
import type { EventLog, LogRecord, PartitionReader } from './event-log.ts';

export interface MemoryLogOptions {
  readonly partitions: number;
  /** Records kept below the committed position, for replay; default all. */
  readonly keepRecords?: number;
}

interface Partition {
  /** Offset of `values[0]`. */
  oldest: number;
  values: string[];
  readonly readers: Set<MemoryReader>;
}

/** The event log in memory: for tests and the simulator. Offsets have no gaps; nothing outlives the object. */
export class MemoryLog implements EventLog {
  readonly partitions: number;
  readonly #parts: readonly Partition[];
  readonly #keep: number;
  #closed = false;

  constructor(options: MemoryLogOptions) {
    this.partitions = options.partitions;
    this.#keep = options.keepRecords ?? Number.POSITIVE_INFINITY;
    this.#parts = Array.from({ length: options.partitions }, () => ({
      oldest: 0,
      values: [],
      readers: new Set<MemoryReader>(),
    }));
  }

  async append(partition: number, values: readonly string[]): Promise<number> {
    this.#requireOpen();
    const part = this.#parts[partition]!;
    for (const value of values) part.values.push(value);
    if (values.length > 0) for (const reader of part.readers) reader.wake();
    return part.oldest + part.values.length - 1;
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    this.#requireOpen();
    const part = this.#parts[partition]!;
    const head = part.oldest + part.values.length;
    if (from < part.oldest || from > head) {
      throw new TidegateError(
        'POSITION_LOST',
        `partition ${partition} holds offsets ${part.oldest} to ${head - 1}; ${from} was wanted`,
      );
    }
    const reader = new MemoryReader(part, from, onReady);
    part.readers.add(reader);
    return reader;
  }

  async head(partition: number): Promise<number> {
    this.#requireOpen();
    const part = this.#parts[partition]!;
    return part.oldest + part.values.length;
  }

  async commit(partition: number, position: number): Promise<void> {
    const part = this.#parts[partition]!;
    const head = part.oldest + part.values.length;
    const excess = Math.min(position, head) - this.#keep - part.oldest;
    if (excess > 0) {
      part.values = part.values.slice(excess);
      part.oldest += excess;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const part of this.#parts) for (const reader of [...part.readers]) reader.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', 'the event log is closed');
  }
}

class MemoryReader implements PartitionReader {
  readonly #part: Partition;
  readonly #onReady: () => void;
  #next: number;
  /** The last `take` returned none, and `onReady` has not been called since. */
  #waiting = false;
  #closed = false;

  constructor(part: Partition, from: number, onReady: () => void) {
    this.#part = part;
    this.#next = from;
    this.#onReady = onReady;
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    const { oldest, values } = this.#part;
    if (this.#next < oldest) {
      throw new TidegateError('POSITION_LOST', `offset ${this.#next} is gone; the oldest kept is ${oldest}`);
    }
    const records: LogRecord[] = [];
    const end = Math.min(oldest + values.length, this.#next + max);
    for (; this.#next < end; this.#next += 1) {
      records.push({ offset: this.#next, value: values[this.#next - oldest]! });
    }
    this.#waiting = records.length === 0;
    return records;
  }

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
