import type { WireMessage } from './wire-message.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

export interface ProducedPartition {
  readonly partition: number;
  readonly error: number;
  /** Offset of the batch's first record. */
  readonly offset: number;
}

/** Milliseconds the leader waits for the in-sync replicas before it answers REQUEST_TIMED_OUT. */
const REPLICATION_MS = 5_000;

/** Produce version 7 (Kafka 2.1): one record batch per partition, acknowledged by all in-sync replicas. */
export function produceMessage(
  topic: string,
  batches: readonly { readonly partition: number; readonly bytes: Buffer }[],
): WireMessage<readonly ProducedPartition[]> {
  return {
    apiKey: 0,
    apiVersion: 7,
    name: 'Produce',
    timeoutMs: REPLICATION_MS * 2,
    encode() {
      const size = batches.reduce((sum, { bytes }) => sum + bytes.length + 8, 64 + topic.length * 3);
      const allInSync = -1;
      const writer = new WireWriter(size).string(null).int16(allInSync).int32(REPLICATION_MS);
      writer.int32(1).string(topic).int32(batches.length);
      for (const { partition, bytes } of batches) writer.int32(partition).int32(bytes.length).raw(bytes);
      return writer.bytes;
    },
    decode(body) {
      const reader = new WireReader(body);
      return reader
        .array(() => {
          reader.string();
          return reader.array(() => {
            const partition = reader.int32();
            const error = reader.int16();
            const offset = reader.int64();
            reader.int64(); // append time
            reader.int64(); // log start
            return { partition, error, offset };
          });
        })
        .flat();
    },
  };
}
