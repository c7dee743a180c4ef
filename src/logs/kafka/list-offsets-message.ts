import type { WireMessage } from './wire-message.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

/** Which end of a partition: the oldest offset kept, or the high watermark. */
export const OLDEST = -2;
export const HEAD = -1;

/** ListOffsets version 5 (Kafka 2.2) of one partition. */
export function listOffsetsMessage(
  topic: string,
  partition: number,
  end: typeof OLDEST | typeof HEAD,
): WireMessage<{ readonly error: number; readonly offset: number }> {
  return {
    apiKey: 2,
    apiVersion: 5,
    name: 'ListOffsets',
    timeoutMs: 10_000,
    encode() {
      const readUncommitted = 0;
      const anyEpoch = -1;
      const writer = new WireWriter().int32(-1).int8(readUncommitted).int32(1).string(topic).int32(1);
      return writer.int32(partition).int32(anyEpoch).int64(end).bytes;
    },
    decode(body) {
      const reader = new WireReader(body, 4);
      const [answer] = reader
        .array(() => {
          reader.string();
          return reader.array(() => {
            reader.int32(); // partition
            const error = reader.int16();
            reader.int64(); // timestamp
            const offset = reader.int64();
            reader.int32(); // leader epoch
            return { error, offset };
          });
        })
        .flat();
      return answer!;
    },
  };
}
