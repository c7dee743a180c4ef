import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventLog, PartitionReader } from '../../src/logs/index.ts';
import { type KafkaServer, startKafkaCluster } from '../servers/index.ts';
import { until } from '../servers/waiting.ts';
import { TestTopic } from './kafka.ts';
import { Member, Positions } from './kafka-members.ts';

const PARTITIONS = 3;
/** Appends of one writer that are under way at a time. */
const WINDOW = 20;

let cluster: Awaited<ReturnType<typeof startKafkaCluster>>;
let topic: TestTopic;
beforeAll(async () => {
  cluster = await startKafkaCluster(3);
  topic = await TestTopic.create(cluster.brokers);
});
afterAll(() => cluster?.stop());

/** Appends numbers to one partition of one log without waiting for each. */
class Writer {
  readonly name: string;
  readonly partition: number;
  readonly acknowledged = new Map<number, number>();
  readonly failures: unknown[] = [];
  readonly #log: EventLog;
  #next = 0;
  #underWay = 0;

  constructor(name: string, log: EventLog, partition: number) {
    this.name = name;
    this.#log = log;
    this.partition = partition;
  }

  async run(going: () => boolean): Promise<void> {
    while (going() || this.#underWay > 0) {
      while (going() && this.#underWay < WINDOW) this.#append(this.#next++);
      await turn();
    }
  }

  #append(n: number): void {
    this.#underWay += 1;
    this.#log
      .append(this.partition, [`${this.name} ${n}`])
      .then(
        (offset) => this.acknowledged.set(n, offset),
        (error) => this.failures.push(error),
      )
      .finally(() => {
        this.#underWay -= 1;
      });
  }
}

async function leaderOf(partition: number): Promise<KafkaServer> {
  const found = await topic.admin(async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
    return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  });
  return cluster.nodes[found! - 1]!;
}

/** Follows a partition to `head`; what it saw, in order. */
async function readAll(
  log: EventLog,
  partition: number,
  head: () => Promise<number>,
): Promise<Map<number, string>> {
  const seen = new Map<number, string>();
  const reader: PartitionReader = await log.open(partition, 0, () => {});
  for (let end = await head(); reader.caughtUpTo!()! < end || take() > 0; end = await head()) await turn();
  reader.close();
  return seen;
  function take(): number {
    const some = reader.take(1000);
    for (const { offset, value } of some) seen.set(offset, value);
    return some.length;
  }
}

test('P1: a leader that is killed under load takes no acknowledged event with it, and no order', async () => {
  const logs = await Promise.all([1, 2].map(() => topic.open({ partitions: PARTITIONS })));
  const writers = logs.flatMap((log, i) =>
    Array.from({ length: PARTITIONS }, (_, partition) => new Writer(`w${i}`, log, partition)),
  );
  let going = true;
  const runs = writers.map((writer) => writer.run(() => going));
  /** Each writer gets so many more acknowledged. */
  const progress = (count: number, what: string) => {
    const goals = writers.map(({ acknowledged }) => acknowledged.size + count);
    return until(() => writers.every(({ acknowledged }, i) => acknowledged.size >= goals[i]!), { what });
  };
  const positions = new Positions();
  const member = new Member(await topic.open({ partitions: PARTITIONS, group: topic.name }), positions);
  await member.join();
  await progress(200, 'appends before the kill');
  const leader = await leaderOf(0);
  await leader.kill('SIGKILL');
  await progress(200, 'appends while a broker is away');
  await leader.start();
  await progress(200, 'appends with the broker back');
  going = false;
  await Promise.all(runs);
  expect(writers.flatMap(({ failures }) => failures)).toEqual([]);

  const fresh = await topic.open({ partitions: PARTITIONS, create: false });
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const seen = await readAll(fresh, partition, () => fresh.head(partition));
    await until(() => positions.seen.get(partition)?.length === seen.size, {
      what: 'the member has read all',
    });
    expect(positions.seen.get(partition)).toEqual([...seen.values()]);
    for (const writer of writers.filter((each) => each.partition === partition)) {
      const lost = [...writer.acknowledged].filter(
        ([n, offset]) => seen.get(offset) !== `${writer.name} ${n}`,
      );
      expect(lost).toEqual([]);
      const order = [...seen.values()].filter((value) => value.startsWith(`${writer.name} `));
      expect(order).toEqual(
        Array.from({ length: writer.acknowledged.size }, (_, n) => `${writer.name} ${n}`),
      );
    }
  }
  await Promise.all([...logs, fresh, member.log].map((log) => log.close()));
}, 90_000);
