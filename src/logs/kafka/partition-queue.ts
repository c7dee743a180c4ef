import { TidegateError } from '../../model/errors.ts';
import {
  BATCH_OVERHEAD,
  type ProducerIdentity,
  RECORD_OVERHEAD,
  writeRecordBatch,
} from './record-batch-writer.ts';

/** What is sent to a partition at once: the next values of one or several appends. */
export interface Batch {
  readonly queue: PartitionQueue;
  readonly producer: ProducerIdentity;
  readonly bytes: Buffer;
  readonly count: number;
  /** Times it was sent and not acknowledged. */
  tries: number;
}

interface Append {
  readonly values: readonly string[];
  readonly sizes: readonly number[];
  /** milliseconds of the epoch */
  readonly until: number;
  readonly resolve: (last: number) => void;
  readonly reject: (error: TidegateError) => void;
  /** Values acknowledged so far. */
  done: number;
  settled: boolean;
}

const MAX_SEQUENCE = 0x7fffffff;
const TARGET_BYTES = 1_000_000;

/** The appends of one partition in order, and the batch of them that is under way. */
export class PartitionQueue {
  readonly partition: number;
  /** Why the last try failed. */
  trouble: TidegateError | undefined;
  readonly #maxRecordBytes: number;
  #batchBytes: number;
  #appends: Append[] = [];
  #batch: Batch | undefined;
  #sent = false;
  #producer: ProducerIdentity | undefined;
  #sequence = 0;

  constructor(partition: number, maxRecordBytes: number) {
    this.partition = partition;
    this.#maxRecordBytes = maxRecordBytes;
    this.#batchBytes = Math.min(maxRecordBytes, TARGET_BYTES);
  }

  /** Something waits to be sent. */
  get ready(): boolean {
    return !this.#sent && this.#appends.length > 0;
  }
  /** Somebody waits for an answer. */
  get waiting(): boolean {
    return this.#appends.some(({ settled }) => !settled);
  }

  add(values: readonly string[], until: number): Promise<number> {
    const sizes: number[] = [];
    for (const value of values) {
      const size = Buffer.byteLength(value) + RECORD_OVERHEAD;
      if (size + BATCH_OVERHEAD > this.#maxRecordBytes) return Promise.reject(this.#tooLargeError(size));
      sizes.push(size);
    }
    return new Promise((resolve, reject) => {
      this.#appends.push({ values, sizes, until, resolve, reject, done: 0, settled: false });
    });
  }

  /** What to send: the batch that failed, as it was, or a new one. Undefined where nobody waits any more. */
  next(producer: ProducerIdentity, now: number): Batch | undefined {
    if (this.#batch === undefined) {
      this.#appends = this.#appends.filter(({ settled }) => !settled);
      if (this.#appends.length === 0) return undefined;
      this.#batch = this.#compose(producer, now);
    }
    this.#sent = true;
    return this.#batch;
  }

  #compose(producer: ProducerIdentity, now: number): Batch {
    if (this.#producer !== producer) this.#sequence = 0;
    this.#producer = producer;
    const values: string[] = [];
    let bytes = BATCH_OVERHEAD;
    filled: for (const append of this.#appends) {
      for (let i = append.done; i < append.values.length; i += 1) {
        bytes += append.sizes[i]!;
        if (bytes > this.#batchBytes && values.length > 0) break filled;
        values.push(append.values[i]!);
      }
    }
    const sequence = producer.id < 0 ? -1 : this.#sequence;
    const encoded = writeRecordBatch(values, now, producer, sequence);
    return { queue: this, producer, bytes: encoded, count: values.length, tries: 0 };
  }

  /** All replicas in sync have the batch, its first record at `offset`. */
  acknowledged(offset: number): void {
    let left = this.#batch!.count;
    let next = offset;
    this.#sequence = (this.#sequence + left) % (MAX_SEQUENCE + 1);
    this.#batch = undefined;
    this.#sent = false;
    this.trouble = undefined;
    let answered = 0;
    while (left > 0) {
      const append = this.#appends[answered]!;
      const some = Math.min(left, append.values.length - append.done);
      append.done += some;
      next += some;
      left -= some;
      if (append.done < append.values.length) break;
      answered += 1;
      if (!append.settled) append.resolve(next - 1);
    }
    this.#appends.splice(0, answered);
  }

  /** It is to be sent again; anew where the broker does not go on with its sequence. */
  failed(error: TidegateError, anew = false): void {
    this.trouble = error;
    this.#sent = false;
    if (this.#batch === undefined) return;
    this.#batch.tries += 1;
    if (anew) this.#batch = undefined;
  }

  /** The broker takes less than it said, or than we know: a smaller batch, or none of it. */
  tooLarge(): void {
    const { count, bytes } = this.#batch!;
    this.#batch = undefined;
    this.#sent = false;
    if (count > 1) {
      this.#batchBytes = Math.max(BATCH_OVERHEAD, Math.floor(bytes.length / 2));
      return;
    }
    const append = this.#appends.shift()!;
    if (!append.settled) append.reject(this.#tooLargeError(bytes.length));
  }

  /**
   * Rejects appends that were promised an answer by now. The batch under way stays: it may have been written, and another
   * in its place would be taken for its repeat.
   */
  expire(now: number): void {
    for (const append of this.#appends) {
      if (append.settled || append.until > now) continue;
      append.settled = true;
      const reason = this.trouble === undefined ? '' : `: ${this.trouble.message}`;
      append.reject(
        new TidegateError(
          'LOG_UNAVAILABLE',
          `appending to partition ${this.partition} takes too long${reason}`,
        ),
      );
    }
    if (this.#batch === undefined) this.#appends = this.#appends.filter(({ settled }) => !settled);
  }

  /** Answers whose sequence may have a gap thereby. */
  rejectAll(error: TidegateError): ProducerIdentity | undefined {
    const appends = this.#appends;
    const dropped = this.#batch;
    this.#appends = [];
    this.#batch = undefined;
    this.#sent = false;
    for (const append of appends) if (!append.settled) append.reject(error);
    return dropped?.producer;
  }

  #tooLargeError(size: number): TidegateError {
    const limit = 'max.message.bytes';
    return new TidegateError(
      'LIMIT_EXCEEDED',
      `a record of ${size} bytes is more than the topic takes (${limit} ${this.#maxRecordBytes})`,
      { details: { limit, maximum: this.#maxRecordBytes, actual: size } },
    );
  }
}
