import type { LogRecord } from '../event-log.ts';
import { decompress } from './decompress.ts';
import type { AbortedTransaction } from './fetch-message.ts';
import { recordText } from './record-text.ts';
import { int64At } from './wire-reader.ts';

/**
 * A record batch of version 2 (https://kafka.apache.org/documentation/#recordbatch) as the broker sent it. Records
 * become objects only when they are taken, so that a batch that waits costs its bytes alone.
 */
export class RecordBatch {
  readonly base: number;
  /** Offset of the last record there was, kept or compacted away. */
  readonly last: number;
  /** Bytes it holds until all is taken. */
  readonly size: number;
  readonly #attributes: number;
  #bytes: Buffer;
  #at: number;
  #left: number;
  #opened: boolean;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes.subarray(start, end);
    this.base = int64At(bytes, start);
    this.last = this.base + bytes.readInt32BE(start + 23);
    this.size = end - start;
    this.#attributes = bytes.readInt16BE(start + 21);
    this.#left = bytes.readInt32BE(start + 57);
    this.#at = 61;
    this.#opened = (this.#attributes & 7) === 0;
  }

  get done(): boolean {
    return this.#left === 0;
  }
  get transactional(): boolean {
    return (this.#attributes & 0x10) !== 0;
  }
  get control(): boolean {
    return (this.#attributes & 0x20) !== 0;
  }
  get producer(): number {
    return int64At(this.#bytes, 43);
  }
  /** Of a control batch: the transaction it ends is aborted. */
  get aborts(): boolean {
    // length, attributes, two deltas and the key's length take one byte each; then the key: version, type
    return this.#bytes.readInt16BE(61 + 5 + 2) === 0;
  }

  /**
   * Adds up to `max` records from offset `from` on to `into`. What cannot be read (a damaged batch, an unknown compression)
   * becomes one record of the batch's last offset that says so: the worker puts it aside, with the reason.
   */
  take(into: LogRecord[], max: number, from: number): void {
    const before = into.length;
    try {
      if (!this.#opened) this.#open();
      this.#decode(into, max, from);
    } catch (error) {
      into.length = before;
      this.#left = 0;
      const reason = error instanceof Error ? error.message : String(error);
      into.push({
        offset: this.last,
        value: `unreadable records at offsets ${this.base} to ${this.last}: ${reason}`,
      });
    }
  }

  #open(): void {
    this.#bytes = decompress(this.#attributes & 7, this.#bytes.subarray(61));
    this.#at = 0;
    this.#opened = true;
  }

  #decode(into: LogRecord[], max: number, from: number): void {
    const bytes = this.#bytes;
    const base = this.base;
    let at = this.#at;
    let left = this.#left;
    let value = 0;
    let shift = 0;
    let byte = 0;
    // The variable-length integers are read in place: a call for each would cost as much as all the rest.
    for (; left > 0 && into.length < max; left -= 1) {
      byte = bytes[at++]!;
      value = byte & 0x7f;
      for (shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
      }
      const end = at + (value >>> 1);
      if (!(end <= bytes.length)) throw new RangeError('a record is cut off');
      at += 1; // attributes
      while (bytes[at++]! > 0x7f); // timestamp delta
      byte = bytes[at++]!;
      value = byte & 0x7f;
      for (shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
      }
      const offset = base + (value >>> 1);
      byte = bytes[at++]!;
      value = byte & 0x7f;
      for (shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
      }
      const key = at;
      const keyLength = (value >>> 1) ^ -(value & 1);
      if (keyLength > 0) at += keyLength;
      byte = bytes[at++]!;
      value = byte & 0x7f;
      for (shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
      }
      const start = at;
      const length = (value >>> 1) ^ -(value & 1);
      if (length > 0) at += length;
      if (!(at < end)) throw new RangeError('a record is longer than it says');
      if (offset >= from) {
        const text =
          bytes[at] === 0
            ? length > 0
              ? bytes.toString('utf8', start, at)
              : ''
            : recordText(bytes, key, keyLength, start, length, at);
        into.push({ offset, value: text });
      }
      at = end;
    }
    this.#at = at;
    this.#left = left;
  }
}

/**
 * The batches of a fetched record set that hold committed records; a cut-off one at the end is left out. `next` is the
 * offset behind all of them, markers of transactions included.
 */
export function recordBatches(
  records: Buffer,
  aborted: readonly AbortedTransaction[],
  from: number,
): { readonly batches: readonly RecordBatch[]; readonly next: number } {
  const batches: RecordBatch[] = [];
  const abortedNow = new Set<number>();
  const toAbort = [...aborted].sort((a, b) => a.first - b.first);
  let next = from;
  for (let at = 0; at + 61 <= records.length; ) {
    const end = at + 12 + records.readInt32BE(at + 8);
    if (end > records.length) break;
    const magic = records[at + 16]!;
    if (magic !== 2)
      throw new Error(`message format ${magic} is too old; Kafka 0.11 and later write version 2`);
    const batch = new RecordBatch(records, at, end);
    at = end;
    while (toAbort.length > 0 && toAbort[0]!.first <= batch.last) abortedNow.add(toAbort.shift()!.producer);
    const skipped = batch.control || (batch.transactional && abortedNow.has(batch.producer));
    if (batch.control && batch.aborts) abortedNow.delete(batch.producer);
    if (batch.last < next) continue;
    next = batch.last + 1;
    if (!skipped && !batch.done) batches.push(batch);
  }
  return { batches, next };
}
