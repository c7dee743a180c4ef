import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { ActivityTasks } from '../../src/workers/index.ts';
import { VirtualClock } from './virtual-clock.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012:activity:work';
const staying = new AbortController().signal;
const PATIENT = { waitMs: 60_000, leaving: staying };
const HASTY = { waitMs: 0, leaving: staying };

const task = (effect: string) => ({ effect, taskToken: `token of ${effect}`, input: '{}', run: 'w/r' });

/** A worker and two front ends over one store. */
function processes() {
  const clock = new VirtualClock();
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: () => clock.now(), shared: true });
  let tokens = 0;
  const randomness = { token: () => `t${tokens++}` };
  const make = () => new ActivityTasks({ store, clock, randomness });
  return { clock, store, worker: make(), first: make(), second: make() };
}

describe('tasks of an activity', () => {
  it('are handed out by another process than offered them, the oldest first, each once', async () => {
    const { clock, store, worker, first, second } = processes();
    await worker.offer(ARN, task('a'));
    await clock.to(1);
    await worker.offer(ARN, task('b'));
    await worker.offer(ARN, task('a'));
    const a = await first.take('work', PATIENT);
    const b = await second.take('work', PATIENT);
    expect([a?.token, b?.token]).toEqual(['token of a', 'token of b']);
    await a?.done();
    await b?.done();
    const none = first.take('work', HASTY);
    await clock.to(2);
    expect(await none).toBeUndefined();
    for (const collection of ['activity-tasks/work', 'activity-inputs', 'activity-claims'])
      expect(await store.listRecords(collection)).toEqual([]);
  });

  it('wake who waits, without being asked for', async () => {
    const { clock, worker, first, second } = processes();
    const waiting = [first.take('work', PATIENT), second.take('work', PATIENT)];
    await clock.to(1);
    await worker.offer(ARN, task('a'));
    await worker.offer(ARN, task('b'));
    const taken = await Promise.all(waiting);
    expect(taken.map((each) => each?.token).sort()).toEqual(['token of a', 'token of b']);
    expect(clock.now()).toBe(1);
  });

  it('are found though a notice got lost', async () => {
    const { clock, store, first } = processes();
    const waiting = first.take('work', PATIENT);
    await clock.to(1);
    await store.putRecord('activity-inputs', 'a', '{"token":"t","input":"1"}');
    await store.putRecord('activity-tasks/work', 'a', '1');
    await clock.to(10_000);
    expect(await waiting).toMatchObject({ token: 't', input: '1' });
  });

  it('go to another when their front end dies over the answer, or gives them back', async () => {
    const { clock, worker, first, second } = processes();
    await worker.offer(ARN, task('a'));
    expect(await first.take('work', PATIENT)).toBeDefined();
    const waiting = second.take('work', PATIENT);
    await clock.to(59_000);
    const again = await waiting;
    expect(again?.token).toBe('token of a');
    await again?.giveBack();
    expect((await first.take('work', PATIENT))?.token).toBe('token of a');
  });

  it('stay where they are when nobody waits any more', async () => {
    const { clock, worker, first } = processes();
    const controller = new AbortController();
    const left = first.take('work', { ...PATIENT, leaving: controller.signal });
    controller.abort();
    expect(await left).toBeUndefined();
    const late = first.take('work', HASTY);
    await clock.to(1);
    expect(await late).toBeUndefined();
    await worker.offer(ARN, task('a'));
    expect((await first.take('work', PATIENT))?.token).toBe('token of a');
  });

  it('are each handed out once to any number who ask at once', async () => {
    const { worker, first, second } = processes();
    const effects = Array.from({ length: 50 }, (_, i) => `e${i}`);
    for (const effect of effects) await worker.offer(ARN, task(effect));
    const taken = await Promise.all(
      effects.map((_, i) => (i % 2 === 0 ? first : second).take('work', PATIENT)),
    );
    expect(taken.map((each) => each?.token).sort()).toEqual(effects.map((e) => `token of ${e}`).sort());
  });
});
