import { expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { startEngine } from '../../src/workers/index.ts';
import { settled, VirtualClock } from './virtual-clock.ts';

const COUNTER = {
  format: 'triggers',
  definition: {
    run: 'standing',
    triggers: [
      {
        id: 'all',
        activationEvents: [{ type: 'part' }],
        condition: { type: 'counter', threshold: 100 },
        actions: [{ type: 'set', values: { full: true } }],
        transient: false,
      },
    ],
  },
};

async function engineAtRest() {
  const clock = new VirtualClock();
  const log = new MemoryLog({ partitions: 1 });
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: () => clock.now(), shared: true });
  const starting = startEngine({ log, store, clock });
  await clock.to(100);
  const engine = await starting;
  const { gateway } = engine;
  const putting = gateway.putWorkflow('parts', COUNTER);
  await clock.to(clock.now() + 1_000);
  await putting;
  const publish = async (id: string) => {
    await gateway.publish([
      { specversion: '1.0', id, source: '/line', type: 'part', workflow: 'parts', run: 'standing' },
    ]);
    await settled();
    await clock.to(clock.now() + 50);
  };
  const counted = async () => (await gateway.contexts('parts', 'standing'))[0]?.values.count;
  return { clock, log, store, engine, publish, counted };
}

it('P11: an owner with nothing to write finds out that the store lost its last moments', async () => {
  const { clock, store, engine, publish, counted } = await engineAtRest();
  for (const id of ['1', '2', '3']) await publish(id);
  const before = store.snapshot();
  for (const id of ['4', '5']) await publish(id);
  expect(await counted()).toBe(5);
  store.restore(before);
  expect(await counted()).toBe(3);
  await clock.to(clock.now() + 10_000);
  expect(await counted()).toBe(5);
  const stopping = engine.stop();
  await clock.to(clock.now() + 10_000);
  await stopping;
});
