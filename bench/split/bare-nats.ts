import { AckPolicy, connect, DeliverPolicy } from 'nats';
import { BareCount } from './bare.ts';

const count = new BareCount();
const { address, log } = count.order;
const nats = await connect({ servers: [address] });
const manager = await nats.jetstreamManager();
const { config } = await manager.streams.info(log);
const partitions = config.subjects.filter((subject) => /\.\d+$/.test(subject));
// One consumer over all four subjects, kept in memory and without acknowledgements: nothing in NATS is faster.
const made = await manager.consumers.add(log, {
  ack_policy: AckPolicy.None,
  deliver_policy: DeliverPolicy.All,
  filter_subjects: partitions,
  mem_storage: true,
  inactive_threshold: 60_000_000_000,
});
const consumer = await nats.jetstream().consumers.get(log, made.name);
await consumer.consume({
  max_messages: 8_192,
  callback: (message) => count.parse(message.string()),
});
