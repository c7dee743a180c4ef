import { afterEach, expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';

const PARTITIONS = 4;
const EVENTS = 200;

/** Counts how often anything is appended. */
class CountingLog extends MemoryLog {
  appends = 0;
  override async append(partition: number, values: readonly string[]): Promise<number> {
    this.appends += 1;
    return super.append(partition, values);
  }
}

let engine: Engine | undefined;
afterEach(() => engine?.stop());

it('events of a batch that belong to other partitions are passed on together, not each for itself', async () => {
  const log = new CountingLog({ partitions: PARTITIONS });
  const store = new MemoryStore({ partitions: PARTITIONS, limits: LIMITS, now: Date.now });
  engine = await startEngine({ log, store });
  await engine.gateway.putWorkflow('visits', {
    format: 'triggers',
    definition: {
      run: { correlate: 'event.data.guest' },
      history: true,
      triggers: [
        {
          id: 'each',
          activationEvents: [{ type: 'visit' }],
          condition: { type: 'counter', threshold: 1_000 },
          actions: [],
        },
      ],
    },
  });
  const guests = Array.from({ length: EVENTS }, (_, at) => `g${at}`);
  const texts = guests.map((guest) =>
    JSON.stringify({
      specversion: '1.0',
      id: guest,
      source: '/door',
      type: 'visit',
      workflow: 'visits',
      data: { guest },
    }),
  );
  log.appends = 0;
  await log.append(0, texts);
  const allThere = async () =>
    (await Promise.all(guests.map((guest) => store.getRun(`visits/${guest}`)))).every(Boolean);
  await expect.poll(allThere).toBe(true);
  expect(new Set(guests.map((guest) => partitionOf(`visits/${guest}`, PARTITIONS))).size).toBe(PARTITIONS);
  expect(log.appends).toBeLessThanOrEqual(2 * PARTITIONS);
});
