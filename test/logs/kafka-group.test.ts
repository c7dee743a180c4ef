import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventLog } from '../../src/logs/index.ts';
import { until } from '../servers/waiting.ts';
import { TestTopic } from './kafka.ts';
import { Member, Positions } from './kafka-members.ts';

const PARTITIONS = 6;

let topic: TestTopic;
let members: Member[];
beforeEach(async () => {
  topic = await TestTopic.create();
  members = [];
});
afterEach(async () => {
  await Promise.all(members.map((member) => member.log.close()));
  await topic.remove();
});

const joined = async (positions: Positions) => {
  const member = new Member(await open(), positions);
  members.push(member);
  return member.join();
};
const open = (group = topic.name) => topic.open({ partitions: PARTITIONS, group, heartbeatMs: 100 });

/** How many partitions each member has, once each partition has one owner. */
async function settled(shares: readonly number[]): Promise<void> {
  const sorted = (counts: readonly number[]) => [...counts].sort((a, b) => a - b).join();
  const present = () => members.filter(({ log }) => !gone.has(log));
  const done = () => {
    const owned = present().flatMap((member) => [...member.owned]);
    return (
      new Set(owned).size === PARTITIONS &&
      owned.length === PARTITIONS &&
      sorted(present().map((member) => member.owned.size)) === sorted(shares)
    );
  };
  await until(done, { what: `shares of ${shares}` });
}
const gone = new Set<EventLog>();

test('each partition has one owner whoever joins and leaves, and every record is read once, in order', async () => {
  const positions = new Positions();
  const producer = await open();
  const sent = Array.from({ length: PARTITIONS }, () => [] as string[]);
  let producing = true;
  const produce = (async () => {
    for (let n = 0; producing; n += 1) {
      await Promise.all(
        sent.map((values, partition) => {
          values.push(`${n}`);
          return producer.append(partition, [`${n}`]);
        }),
      );
    }
  })();
  const first = await joined(positions);
  await settled([6]);
  const second = await joined(positions);
  await settled([3, 3]);
  // Those that stay were not touched.
  expect(first.events.filter((event) => event.startsWith('-'))).toHaveLength(3);
  await joined(positions);
  await settled([2, 2, 2]);
  for (const partition of second.owned) {
    second.readers.get(partition)?.close();
    second.owned.delete(partition);
  }
  gone.add(second.log);
  await second.log.assigner!.leave();
  await settled([3, 3]);
  producing = false;
  await produce;
  const all = () =>
    sent.every((values, partition) => positions.seen.get(partition)?.length === values.length);
  await until(all, { what: 'all records' });
  for (const [partition, values] of sent.entries()) expect(positions.seen.get(partition)).toEqual(values);
  expect(members.flatMap(({ events }) => events.filter((event) => event.startsWith('!')))).toEqual([]);
  await producer.close();
});

test('confirms what is owned, and nothing else', async () => {
  const only = await joined(new Positions());
  await settled([6]);
  const assigner = only.log.assigner!;
  expect(await assigner.confirm(4)).toBe(true);
  expect(assigner.troubles).toEqual([]);
  await assigner.leave();
  expect(await assigner.confirm(4)).toBe(false);
});

test('tells the group how far the store has come', async () => {
  const only = await joined(new Positions());
  await settled([6]);
  await only.log.append(2, ['1', '2', '3']);
  await only.log.commit(2, 1);
  await only.log.commit(2, 2);
  await topic.admin(async (admin) => {
    for (;;) {
      const [offsets] = await admin.fetchOffsets({ groupId: topic.name, topics: [topic.name] });
      if (offsets?.partitions.find(({ partition }) => partition === 2)?.offset === '2') return;
    }
  });
  expect(await only.log.lag!(2, 2)).toBe(1);
});

test('a session shorter than the brokers take is refused, and says which setting of theirs it is', async () => {
  const log = await topic.open({ group: topic.name, sessionMs: 500 });
  const handler = { assigned: () => {}, revoked: async () => {}, lost: () => {} };
  await expect(log.assigner!.join(handler)).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('group.min.session.timeout.ms'),
  });
  await log.close();
});
