import type { WireMessage } from './wire-message.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

export interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
}

export interface FetchRequest {
  readonly topic: string;
  readonly positions: readonly FetchPosition[];
  /** milliseconds the broker waits for a first record */
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly partitionBytes: number;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly error: number;
  /** Offset behind the last record that all in-sync replicas have. */
  readonly highWatermark: number;
  /** Oldest offset kept. */
  readonly logStart: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last of which may be cut off. */
  readonly records: Buffer;
}

export interface AbortedTransaction {
  readonly producer: number;
  readonly first: number;
}

const EMPTY = Buffer.alloc(0);
const READ_COMMITTED = 1;
/** A process under load may need a moment to read an answer that has come in time. */
const ANSWER_MS = 10_000;

/** Fetch version 11 (Kafka 2.3): committed records only, no fetch session. Rejections of the request as a whole have `error` alone. */
export function fetchMessage(
  request: FetchRequest,
): WireMessage<{ readonly error: number; readonly partitions: readonly FetchedPartition[] }> {
  return {
    apiKey: 1,
    apiVersion: 11,
    name: 'Fetch',
    timeoutMs: request.waitMs + ANSWER_MS,
    encode: () => encodeFetch(request),
    decode: decodeFetch,
  };
}

function encodeFetch({ topic, positions, waitMs, maxBytes, partitionBytes }: FetchRequest): Buffer {
  const writer = new WireWriter(128 + positions.length * 32);
  const minBytes = 1;
  writer.int32(-1).int32(waitMs).int32(minBytes).int32(maxBytes).int8(READ_COMMITTED);
  const noSession = { id: 0, epoch: -1 };
  writer.int32(noSession.id).int32(noSession.epoch);
  writer.int32(1).string(topic).int32(positions.length);
  for (const { partition, offset } of positions) {
    const anyEpoch = -1;
    const logStart = -1;
    writer.int32(partition).int32(anyEpoch).int64(offset).int64(logStart).int32(partitionBytes);
  }
  const forgotten = 0;
  return writer.int32(forgotten).string('').bytes;
}

function decodeFetch(body: Buffer): { error: number; partitions: FetchedPartition[] } {
  const reader = new WireReader(body);
  reader.int32(); // throttle time
  const error = reader.int16();
  reader.int32(); // session
  const partitions = reader.array(() => {
    reader.string(); // the one topic
    return reader.array(() => decodePartition(reader));
  });
  return { error, partitions: partitions.flat() };
}

function decodePartition(reader: WireReader): FetchedPartition {
  const partition = reader.int32();
  const error = reader.int16();
  const highWatermark = reader.int64();
  reader.int64(); // last stable offset
  const logStart = reader.int64();
  const aborted = reader.array(() => ({ producer: reader.int64(), first: reader.int64() }));
  reader.int32(); // preferred read replica
  const length = reader.int32();
  const records = length > 0 ? reader.bytes.subarray(reader.at, reader.at + length) : EMPTY;
  reader.at += Math.max(length, 0);
  return { partition, error, highWatermark, logStart, aborted, records };
}
