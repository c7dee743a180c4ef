import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventLog, PartitionReader } from '../../src/logs/index.ts';
import { until } from '../servers/waiting.ts';
import { TestTopic } from './kafka.ts';

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

/** Where each partition was read up to, as a store would know it, and everything read so far. */
class Positions {
  readonly next = new Map<number, number>();
  readonly epochs = new Map<number, number>();
  readonly seen = new Map<number, string[]>();

  taken(partition: number, offset: number, value: string): void {
    expect(offset).toBe(this.next.get(partition) ?? 0);
    this.next.set(partition, offset + 1);
    const seen = this.seen.get(partition);
    if (seen === undefined) this.seen.set(partition, [value]);
    else seen.push(value);
  }
}

/** A worker in miniature: reads what it is assigned from where the store says, and lets go when it is told. */
class Member {
  readonly log: EventLog;
  readonly owned = new Set<number>();
  readonly readers = new Map<number, PartitionReader>();
  readonly events: string[] = [];
  readonly #positions: Positions;

  constructor(log: EventLog, positions: Positions) {
    this.log = log;
    this.#positions = positions;
    members.push(this);
  }

  async join(): Promise<this> {
    await this.log.assigner!.join({
      assigned: (partition, epoch) => void this.#assigned(partition, epoch),
      revoked: async (partition) => {
        this.events.push(`-${partition}`);
        await turn();
        this.#close(partition);
      },
      lost: (partition) => {
        this.events.push(`!${partition}`);
        this.#close(partition);
      },
    });
    return this;
  }

  async #assigned(partition: number, epoch: number): Promise<void> {
    this.events.push(`+${partition}`);
    this.owned.add(partition);
    expect(epoch).toBeGreaterThan(this.#positions.epochs.get(partition) ?? -1);
    this.#positions.epochs.set(partition, epoch);
    const from = this.#positions.next.get(partition) ?? 0;
    const reader = await this.log.open(partition, from, () => this.#drain(partition));
    if (!this.owned.has(partition)) return reader.close();
    this.readers.set(partition, reader);
    this.#drain(partition);
  }

  #drain(partition: number): void {
    const reader = this.readers.get(partition);
    for (let some = reader?.take(3) ?? []; some.length > 0; some = reader?.take(3) ?? []) {
      for (const { offset, value } of some) this.#positions.taken(partition, offset, value);
    }
  }

  #close(partition: number): void {
    this.owned.delete(partition);
    this.readers.get(partition)?.close();
    this.readers.delete(partition);
  }
}

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
  const first = await new Member(await open(), positions).join();
  await settled([6]);
  const second = await new Member(await open(), positions).join();
  await settled([3, 3]);
  // Those that stay were not touched.
  expect(first.events.filter((event) => event.startsWith('-'))).toHaveLength(3);
  await new Member(await open(), positions).join();
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
  const only = await new Member(await open(), new Positions()).join();
  await settled([6]);
  const assigner = only.log.assigner!;
  expect(await assigner.confirm(4)).toBe(true);
  expect(assigner.troubles).toEqual([]);
  await assigner.leave();
  expect(await assigner.confirm(4)).toBe(false);
});

test('tells the group how far the store has come', async () => {
  const only = await new Member(await open(), new Positions()).join();
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
