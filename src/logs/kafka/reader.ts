import type { TidegateError } from '../../model/errors.ts';
import type { LogRecord, PartitionReader } from '../event-log.ts';
import type { RecordBatch } from './record-batch.ts';

/** Who fetches for readers. */
export interface Supply {
  /** The reader has room again. */
  hungry(reader: KafkaReader): void;
  gone(reader: KafkaReader): void;
}

/** What was fetched of a partition and not taken yet. */
export class KafkaReader implements PartitionReader {
  readonly partition: number;
  /** Offset to fetch next. */
  next: number;
  /** A request for it is under way. */
  fetching = false;
  readonly #supply: Supply;
  readonly #onReady: () => void;
  readonly #batches: RecordBatch[] = [];
  /** Offset of the next record to give. */
  #position: number;
  #buffered = 0;
  #maxBytes: number;
  #failure: TidegateError | undefined;
  /** The last `take` returned none, and `onReady` has not been called since. */
  #waiting = false;
  #closed = false;

  constructor(partition: number, from: number, maxBytes: number, supply: Supply, onReady: () => void) {
    this.partition = partition;
    this.next = from;
    this.#position = from;
    this.#maxBytes = maxBytes;
    this.#supply = supply;
    this.#onReady = onReady;
  }

  get closed(): boolean {
    return this.#closed;
  }
  /** More may be fetched. */
  get hungry(): boolean {
    return !this.#closed && this.#failure === undefined && this.#buffered < this.#maxBytes;
  }

  set maxBytes(bytes: number) {
    this.#maxBytes = bytes;
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    const records: LogRecord[] = [];
    const full = !this.hungry;
    while (records.length < max && this.#batches.length > 0) {
      const batch = this.#batches[0]!;
      batch.take(records, max, this.#position);
      if (!batch.done) break;
      this.#batches.shift();
      this.#buffered -= batch.size;
    }
    if (records.length > 0) this.#position = records.at(-1)!.offset + 1;
    else if (this.#failure !== undefined) throw this.#failure;
    this.#waiting = records.length === 0;
    if (full && this.hungry) this.#supply.hungry(this);
    return records;
  }

  caughtUpTo(): number {
    return this.next;
  }

  /** What a request for `next` brought. */
  deliver(batches: readonly RecordBatch[], next: number): void {
    if (this.#closed) return;
    this.next = next;
    for (const batch of batches) {
      this.#batches.push(batch);
      this.#buffered += batch.size;
    }
    if (batches.length > 0) this.#wake();
  }

  /** It can't go on behind what was fetched already. */
  fail(error: TidegateError): void {
    this.#failure = error;
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#batches.length = 0;
    this.#supply.gone(this);
  }

  /** Answers of brokers come on their own time, so the caller is never inside a call of the reader. */
  #wake(): void {
    if (!this.#waiting || this.#closed) return;
    this.#waiting = false;
    this.#onReady();
  }
}
