import { crc32c } from './crc32c.ts';

/** Bytes of a batch's own header, its base offset and length included. */
export const BATCH_OVERHEAD = 61;
/** Bytes around a record's value at the most: length, attributes, deltas, no key, length of the value, no headers. */
export const RECORD_OVERHEAD = 5 + 1 + 1 + 5 + 1 + 5 + 1;

const MAGIC = 2;

export interface ProducerIdentity {
  readonly id: number;
  readonly epoch: number;
}

/** A record batch (version 2) of values without keys or headers, uncompressed; `sequence` counts the producer's records. */
export function writeRecordBatch(
  values: readonly string[],
  timestamp: number,
  producer: ProducerIdentity,
  sequence: number,
): Buffer {
  let room = BATCH_OVERHEAD;
  for (const value of values) room += RECORD_OVERHEAD + value.length * 3;
  const batch = Buffer.allocUnsafe(room);
  let at = BATCH_OVERHEAD;
  for (let i = 0; i < values.length; i += 1) {
    const length = Buffer.byteLength(values[i]!);
    const body = 1 + 1 + varintSize(i) + 1 + varintSize(length) + length + 1;
    at = putVarint(batch, at, body);
    batch[at++] = 0; // attributes
    batch[at++] = 0; // timestamp delta
    at = putVarint(batch, at, i);
    batch[at++] = 1; // no key: -1 in zigzag
    at = putVarint(batch, at, length);
    at += batch.write(values[i]!, at, length, 'utf8');
    batch[at++] = 0; // no headers
  }
  const last = values.length - 1;
  batch.writeBigInt64BE(0n, 0); // the broker's to set
  batch.writeInt32BE(at - 12, 8);
  batch.writeInt32BE(-1, 12); // leader epoch: the broker's to set
  batch[16] = MAGIC;
  batch.writeInt16BE(0, 21); // attributes
  batch.writeInt32BE(last, 23);
  batch.writeBigInt64BE(BigInt(timestamp), 27);
  batch.writeBigInt64BE(BigInt(timestamp), 35);
  batch.writeBigInt64BE(BigInt(producer.id), 43);
  batch.writeInt16BE(producer.epoch, 51);
  batch.writeInt32BE(sequence, 53);
  batch.writeInt32BE(values.length, 57);
  batch.writeInt32BE(crc32c(batch, 21, at), 17);
  return batch.subarray(0, at);
}

/** Of a number that is not negative, in zigzag. */
function varintSize(value: number): number {
  return value < 0x40 ? 1 : value < 0x2000 ? 2 : value < 0x10_0000 ? 3 : value < 0x800_0000 ? 4 : 5;
}

function putVarint(batch: Buffer, start: number, value: number): number {
  let at = start;
  let left = value * 2;
  for (; left > 0x7f; left = Math.floor(left / 128)) batch[at++] = (left % 128) | 0x80;
  batch[at++] = left;
  return at;
}
