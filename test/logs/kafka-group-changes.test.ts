import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventLog } from '../../src/logs/index.ts';
import { KafkaCluster, type WireBroker } from '../../src/logs/kafka/cluster.ts';
import { GroupRequests } from '../../src/logs/kafka/group-requests.ts';
import { KafkaAssigner } from '../../src/logs/kafka/kafka-assigner.ts';
import { systemClock } from '../../src/workers/index.ts';
import { until } from '../servers/waiting.ts';
import { TestTopic } from './kafka.ts';

const PARTITIONS = 4;
const TIMES = { sessionMs: 10_000, rebalanceMs: 10_000, heartbeatMs: 100 };

let topic: TestTopic;
let log: EventLog;
let clusters: ObservedCluster[];
beforeEach(async () => {
  topic = await TestTopic.create();
  log = await topic.open({ partitions: PARTITIONS });
  clusters = [];
});
afterEach(async () => {
  await Promise.all(clusters.map((cluster) => cluster.close()));
  await log.close();
  await topic.remove();
});

/** The brokers as a member sees them, where a test can tell what it asked them, and when it hears its share. */
class ObservedCluster extends KafkaCluster {
  /** Of each request to join: the partitions it still had. */
  readonly joins: (readonly number[])[] = [];
  /** As which member it asked for its share. */
  readonly ids: string[] = [];
  beats = 0;
  beforeShare = async () => {};

  override async coordinator(group: string): Promise<WireBroker> {
    const broker = await super.coordinator(group);
    const observed = Object.create(broker) as WireBroker;
    observed.joinGroup = async (request) => {
      const metadata = String(request.groupProtocols[0]!.metadata);
      this.joins.push(JSON.parse(/"owned":(\[.*?\])/.exec(metadata)![1]!) as number[]);
      return broker.joinGroup(request);
    };
    observed.heartbeat = (request) => {
      this.beats += 1;
      return broker.heartbeat(request);
    };
    observed.syncGroup = async (request) => {
      this.ids.push(request.memberId);
      await this.beforeShare();
      return broker.syncGroup(request);
    };
    return observed;
  }
}

/** Takes part in the group, and lets go when it is told. */
class Taker {
  readonly cluster: ObservedCluster;
  readonly owned = new Set<number>();
  readonly assigner: KafkaAssigner;
  letGo: (partition: number) => Promise<void> = async () => {};

  constructor(clock = systemClock) {
    this.cluster = new ObservedCluster(topic.kafka, topic.name);
    clusters.push(this.cluster);
    const requests = new GroupRequests(this.cluster, { ...TIMES, group: topic.name, partitions: PARTITIONS });
    this.assigner = new KafkaAssigner(requests, clock, { brokers: topic.brokers, user: undefined }, TIMES);
  }

  async join(): Promise<this> {
    await this.cluster.connect();
    await this.assigner.join({
      assigned: (partition) => void this.owned.add(partition),
      revoked: async (partition) => {
        await this.letGo(partition);
        this.owned.delete(partition);
      },
      lost: (partition) => void this.owned.delete(partition),
    });
    return this;
  }
}

const shared = (takers: readonly Taker[], shares: readonly number[]) =>
  until(() => takers.every(({ owned }, i) => owned.size === shares[i]), { what: `shares of ${shares}` });

test('a newcomer that hears of another change before it hears its share stays the member it is', async () => {
  const first = await new Taker().join();
  await shared([first], [4]);
  const second = new Taker();
  await topic.admin(async (admin) => {
    let held = false;
    second.cluster.beforeShare = async () => {
      if (held) return;
      held = true;
      // The other has let go of what it is to give, and joins again.
      const changes = async () =>
        (await admin.describeGroups([topic.name])).groups[0]?.state === 'PreparingRebalance';
      await until(changes, { what: 'the next change of the group' });
    };
    await second.join();
    await shared([first, second], [2, 2]);
    expect(new Set(second.cluster.ids).size).toBe(1);
    expect(second.cluster.ids.length).toBeGreaterThan(1);
    expect((await admin.describeGroups([topic.name])).groups[0]?.members).toHaveLength(2);
  });
  await Promise.all([first, second].map(({ assigner }) => assigner.leave()));
});

test('what is let go of within a moment is given away by one change of the group', async () => {
  const first = await new Taker().join();
  await shared([first], [4]);
  let going = 0;
  first.letGo = async () => {
    // One after the other, each a few turns of the queue after the one before.
    going += 1;
    for (let turns = going * 100; turns > 0; turns -= 1) await undefined;
  };
  const second = await new Taker().join();
  await shared([first, second], [2, 2]);
  const had = first.cluster.joins.map((owned) => owned.length);
  expect(had.filter((count) => count > 0)).toEqual([4, 2]);
  await Promise.all([first, second].map(({ assigner }) => assigner.leave()));
});

test('what is let go of does not wait for what takes longer', async () => {
  const first = await new Taker().join();
  await shared([first], [4]);
  const second = new Taker();
  let going = 0;
  first.letGo = async () => {
    going += 1;
    if (going === 2) await until(() => second.owned.size === 1, { what: 'the first of the two' });
  };
  await second.join();
  await shared([first, second], [2, 2]);
  await Promise.all([first, second].map(({ assigner }) => assigner.leave()));
});

test('as long as partitions move, a member listens for the next change more often than it else would', async () => {
  const first = await new Taker().join();
  await shared([first], [4]);
  // A member for whom an ordinary heartbeat never comes.
  const after = (ms: number, callback: () => void) =>
    ms === TIMES.heartbeatMs ? () => undefined : systemClock.after(ms, callback);
  const second = new Taker({ ...systemClock, after });
  first.letGo = () => until(() => second.cluster.beats >= 20, { what: 'heartbeats of the other' });
  await second.join();
  await shared([first, second], [2, 2]);
  await Promise.all([first, second].map(({ assigner }) => assigner.leave()));
});
