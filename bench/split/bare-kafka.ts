import { Kafka, logLevel } from 'kafkajs';
import { BareCount } from './bare.ts';

const count = new BareCount();
const { address, log, name } = count.order;
const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: name, maxBytesPerPartition: 4_194_304, maxBytes: 16_777_216 });
await consumer.connect();
await consumer.subscribe({ topic: log, fromBeginning: true });
await consumer.run({
  eachBatchAutoResolve: true,
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    for (const { value } of batch.messages) count.parse(value!.toString());
  },
});
