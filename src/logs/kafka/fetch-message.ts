import type { WireMessage } from './wire-message.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

export interface FetchPosition {
  readonly partition: number;
  readonly offset: number;
}

export interface FetchRequest {
  readonly topic: string;
  /** The topic's id in hexadecimal digits; where it is known and the broker takes it, no other topic of that name is read. */
  readonly topicId: string | undefined;
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

const READ_COMMITTED = 1;
/** A process under load may need a moment to read an answer that has come in time. */
const ANSWER_MS = 10_000;

/** The answer; where the request as a whole was refused, it has `error` alone. */
export interface Fetched {
  readonly error: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Fetch of committed records, without a session: version 13 (Kafka 3.1) by the topic's id, else 11 (Kafka 2.3) by its name. */
export function fetchMessage(request: FetchRequest): WireMessage<Fetched> {
  const { topicId } = request;
  const base = { apiKey: FETCH.apiKey, name: 'Fetch', timeoutMs: request.waitMs + ANSWER_MS };
  if (topicId === undefined) {
    return { ...base, apiVersion: 11, encode: () => encodeByName(request), decode: decodeByName };
  }
  const encode = () => encodeById(request, topicId);
  return { ...base, apiVersion: FETCH.byId, encode, decode: decodeById };
}

/** The version of the request from which on topics are named by id. */
export const FETCH = { apiKey: 1, byId: 13 } as const;

const NO_SESSION = { id: 0, epoch: -1 };
const ANY_EPOCH = -1;
const NO_LOG_START = -1;

function encodeHead(writer: WireWriter, { waitMs, maxBytes }: FetchRequest): WireWriter {
  const minBytes = 1;
  writer.int32(-1).int32(waitMs).int32(minBytes).int32(maxBytes).int8(READ_COMMITTED);
  return writer.int32(NO_SESSION.id).int32(NO_SESSION.epoch);
}

function encodeByName(request: FetchRequest): Buffer {
  const { topic, positions, partitionBytes } = request;
  const writer = encodeHead(new WireWriter(128 + positions.length * 32), request);
  writer.int32(1).string(topic).int32(positions.length);
  for (const { partition, offset } of positions) {
    writer.int32(partition).int32(ANY_EPOCH).int64(offset).int64(NO_LOG_START).int32(partitionBytes);
  }
  const forgotten = 0;
  return writer.int32(forgotten).string('').bytes;
}

function encodeById(request: FetchRequest, topicId: string): Buffer {
  const { positions, partitionBytes } = request;
  const writer = new WireWriter(128 + positions.length * 40);
  writer.noTags(); // of the header, which kafkajs does not write
  encodeHead(writer, request).arrayLength(1).raw(Buffer.from(topicId, 'hex')).arrayLength(positions.length);
  for (const { partition, offset } of positions) {
    writer.int32(partition).int32(ANY_EPOCH).int64(offset).int32(ANY_EPOCH).int64(NO_LOG_START);
    writer.int32(partitionBytes).noTags();
  }
  const forgotten = 0;
  return writer.noTags().arrayLength(forgotten).compactString('').noTags().bytes;
}

function decodeByName(body: Buffer): Fetched {
  const reader = new WireReader(body);
  reader.int32(); // throttle time
  const error = reader.int16();
  reader.int32(); // session
  const partitions = reader.array(() => {
    reader.string(); // the one topic
    return reader.array(() => {
      const numbers = decodeNumbers(reader);
      const aborted = reader.array(() => ({ producer: reader.int64(), first: reader.int64() }));
      reader.int32(); // preferred read replica
      return { ...numbers, aborted, records: reader.take(reader.int32()) };
    });
  });
  return { error, partitions: partitions.flat() };
}

function decodeById(body: Buffer): Fetched {
  const reader = new WireReader(body);
  reader.skipTags(); // of the header
  reader.int32(); // throttle time
  const error = reader.int16();
  reader.int32(); // session
  const partitions = reader.compactArray(() => {
    reader.uuid(); // the one topic
    const all = reader.compactArray(() => {
      const numbers = decodeNumbers(reader);
      const aborted = reader.compactArray(() => {
        const transaction = { producer: reader.int64(), first: reader.int64() };
        reader.skipTags();
        return transaction;
      });
      reader.int32(); // preferred read replica
      const records = reader.take(reader.unsigned() - 1);
      reader.skipTags();
      return { ...numbers, aborted, records };
    });
    reader.skipTags();
    return all;
  });
  return { error, partitions: partitions.flat() };
}

function decodeNumbers(reader: WireReader): Omit<FetchedPartition, 'aborted' | 'records'> {
  const partition = reader.int32();
  const error = reader.int16();
  const highWatermark = reader.int64();
  reader.int64(); // last stable offset
  return { partition, error, highWatermark, logStart: reader.int64() };
}
