import type { WireMessage } from './wire-message.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

/**
 * Metadata version 12 (Kafka 3.1) for a topic's id, which tells a topic from another of the same name. Answers the error
 * code of the topic, and the id in hexadecimal digits.
 */
export function topicIdMessage(
  topic: string,
): WireMessage<{ readonly error: number; readonly id: string; readonly partitions: number }> {
  return {
    apiKey: 3,
    apiVersion: 12,
    name: 'Metadata',
    timeoutMs: 10_000,
    encode() {
      const writer = new WireWriter();
      // The header of flexible versions ends with tagged fields, which kafkajs does not write.
      writer.noTags();
      writer.arrayLength(1).raw(Buffer.alloc(16)).compactString(topic).noTags();
      const createTopic = 0;
      const authorizedOperations = 0;
      return writer.int8(createTopic).int8(authorizedOperations).noTags().bytes;
    },
    decode(body) {
      const reader = new WireReader(body);
      reader.skipTags(); // of the header
      reader.int32(); // throttle time
      reader.compactArray(() => {
        reader.int32(); // node
        reader.compactString(); // host
        reader.int32(); // port
        reader.compactString(); // rack
        reader.skipTags();
      });
      reader.compactString(); // cluster
      reader.int32(); // controller
      const [answer] = reader.compactArray(() => decodeTopic(reader));
      return answer!;
    },
  };
}

function decodeTopic(reader: WireReader): { error: number; id: string; partitions: number } {
  const error = reader.int16();
  reader.compactString(); // name
  const id = reader.uuid();
  reader.int8(); // internal
  const nodes = () => void reader.compactArray(() => reader.int32());
  const partitions = reader.compactArray(() => {
    reader.int16(); // error
    reader.int32(); // partition
    reader.int32(); // leader
    reader.int32(); // leader epoch
    nodes(); // replicas
    nodes(); // in sync
    nodes(); // offline
    reader.skipTags();
  });
  reader.int32(); // authorized operations
  reader.skipTags();
  return { error, id, partitions: partitions.length };
}
