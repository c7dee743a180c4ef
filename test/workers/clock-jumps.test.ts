import { afterEach, expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';
import { VirtualClock } from './virtual-clock.ts';

const HOUR_MS = 3_600_000;
const clock = new VirtualClock();
let engine: Engine;
afterEach(async () => {
  const stopping = engine.stop();
  await clock.to(clock.elapsed() + 20_000);
  await stopping;
});

/** A run of one task, as far as it goes without time passing. */
async function started(task: object, answer: Promise<unknown> = Promise.resolve(null)) {
  const log = new MemoryLog({ partitions: 1 });
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: () => clock.now() });
  engine = await startEngine({ log, store, clock, functions: new Map([['slow', () => answer]]) });
  await engine.gateway.putWorkflow('w', { format: 'dag', definition: { tasks: { a: task } } });
  const starting = engine.gateway.startRun('w', { id: 'r' });
  await clock.to(clock.elapsed() + 10);
  await starting;
}
const status = async () => (await engine.gateway.getRun('w', 'r')).status;

it.each([HOUR_MS, -HOUR_MS])(
  'a call under way does not time out when the day is set by %i ms',
  async (byMs) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await started({ function: { name: 'slow' }, timeout: '30s' }, promise);
    clock.setTimeOfDay(byMs);
    await clock.to(clock.elapsed() + 20_000);
    expect(await status()).toBe('RUNNING');
    resolve('late, but in time');
    await clock.to(clock.elapsed() + 100);
    expect(await status()).toBe('SUCCEEDED');
  },
);

it.each([HOUR_MS, -HOUR_MS])('a call that hangs times out though the day was set by %i ms', async (byMs) => {
  await started({ function: { name: 'slow' }, timeout: '30s' }, new Promise(() => {}));
  clock.setTimeOfDay(byMs);
  await clock.to(clock.elapsed() + 31_000);
  expect(await status()).toBe('FAILED');
});

it('a timer follows the time of day, within seconds', async () => {
  await started({ wait: '1h' });
  clock.setTimeOfDay(HOUR_MS);
  await clock.to(clock.elapsed() + 15_000);
  expect(await status()).toBe('SUCCEEDED');
});
