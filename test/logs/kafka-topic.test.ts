import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog, PartitionReader } from '../../src/logs/index.ts';
import { TestTopic } from './kafka.ts';

let topic: TestTopic;
const opened: EventLog[] = [];
beforeEach(async () => {
  topic = await TestTopic.create();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await topic.remove();
});

async function open(options: Parameters<TestTopic['open']>[0] = {}): Promise<EventLog> {
  const log = await topic.open(options);
  opened.push(log);
  return log;
}

/** What `take` throws in the end. */
async function failureOf(reader: PartitionReader): Promise<unknown> {
  for (;;) {
    try {
      reader.take(100);
    } catch (error) {
      return error;
    }
    await turn();
  }
}

describe('at start', () => {
  test('a topic that is missing is made at install only', async () => {
    await expect(open({ create: false })).rejects.toMatchObject({
      code: 'LOG_MISSING',
      message: expect.stringContaining(topic.name),
    });
    await open();
    expect(await (await open({ create: false })).head(0)).toBe(0);
  });

  test('another number of partitions is refused, be it more or less', async () => {
    await open();
    await expect(open({ partitions: 3 })).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
    await expect(open({ partitions: 1 })).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
  });

  test('two that install at once get one topic', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const last = await one!.append(1, ['"x"']);
    expect(await other!.head(1)).toBe(last + 1);
  });

  test('brokers that do not answer are LOG_UNAVAILABLE', async () => {
    await expect(open({ brokers: ['127.0.0.1:1'] })).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});

describe('a running reader', () => {
  test('goes on behind what was there when it was opened, and behind what it had no room for', async () => {
    const log = await open({ partitions: 1, maxBytesInFlight: 1 });
    const text = (n: number) => `"${n}${'x'.repeat(700_000)}"`;
    for (let n = 0; n < 3; n += 1) await log.append(0, [text(n)]);
    let ready = false;
    const reader = await log.open(0, 0, () => {
      ready = true;
    });
    const offsets: number[] = [];
    const read = async (count: number) => {
      while (offsets.length < count) {
        ready = false;
        const some = reader.take(1);
        offsets.push(...some.map(({ offset }) => offset));
        while (some.length === 0 && !ready) await turn();
      }
    };
    await read(3);
    for (let n = 3; n < 6; n += 1) {
      await log.append(0, [text(n)]);
      await read(n + 1);
    }
    expect(offsets).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('finds out that its topic was deleted', async () => {
    const log = await open();
    const reader = await log.open(0, 0, () => {});
    await topic.remove();
    expect(await failureOf(reader)).toMatchObject({ code: 'LOG_MISSING' });
    await expect(log.append(0, ['"x"'])).rejects.toMatchObject({ code: 'LOG_MISSING' });
  });

  test('never begins at the start of a topic that was made anew', async () => {
    const log = await open();
    await log.append(0, ['1', '2', '3']);
    const reader = await log.open(0, 2, () => {});
    await topic.remove();
    const other = await open();
    await other.append(0, ['4', '5', '6', '7']);
    expect(await failureOf(reader)).toMatchObject({ code: 'LOG_MISSING' });
    await expect(log.open(0, 2, () => {})).rejects.toMatchObject({ code: 'LOG_MISSING' });
  });

  test('finds out that retention was faster', async () => {
    // So little room that nothing is fetched ahead.
    const log = await open({ maxBytesInFlight: 1 });
    const large = `"${'x'.repeat(900_000)}"`;
    for (let i = 0; i < 6; i += 1) await log.append(0, [large]);
    const reader = await log.open(0, 0, () => {});
    await topic.forget(0, await log.head(0));
    expect(await failureOf(reader)).toMatchObject({ code: 'POSITION_LOST' });
  });
});

describe('a record above the limit of the topic', () => {
  const tooLarge = `"${'x'.repeat(1_200_000)}"`;

  test('is refused before anything is appended', async () => {
    const log = await open();
    await expect(log.append(0, ['1', tooLarge])).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { limit: 'max.message.bytes' },
    });
    expect(await log.head(0)).toBe(0);
    await log.append(0, ['2']);
  });

  test('is refused where only the broker knows the limit, and others beside it are not', async () => {
    const log = await open();
    await topic.admin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          { type: 2, name: topic.name, configEntries: [{ name: 'max.message.bytes', value: '5000' }] },
        ],
      }),
    );
    const outcomes = await Promise.allSettled([
      log.append(0, ['"before"']),
      log.append(0, [`"${'x'.repeat(10_000)}"`]),
      log.append(0, ['"after"', `"${'y'.repeat(4_000)}"`]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await log.head(0)).toBe(3);
  });

  test('is no limit for an append of many records', async () => {
    const log = await open();
    const values = Array.from({ length: 40 }, (_, i) => `"${i}${'z'.repeat(100_000)}"`);
    expect(await log.append(0, values)).toBe(39);
    const reader = await log.open(0, 0, () => {});
    const seen: string[] = [];
    while (seen.length < 40) {
      for (const { value } of reader.take(7)) seen.push(value);
      await turn();
    }
    expect(seen).toEqual(values);
  });
});

describe('check', () => {
  test('finds nothing to say but that one broker is no replication', async () => {
    expect(await (await open()).check!()).toEqual([expect.stringContaining('replication factor 1')]);
  });

  test('names each setting that breaks a promise', async () => {
    const log = await open();
    const settings = {
      'cleanup.policy': 'compact',
      'retention.ms': '60000',
      'unclean.leader.election.enable': 'true',
      'max.message.bytes': '1000',
      'retention.bytes': '1000000',
    };
    await topic.admin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: topic.name,
            configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );
    const found = (await log.check!()).join('\n');
    for (const name of Object.keys(settings)) expect(found).toContain(name);
  });
});
