import { expect, it, vi } from 'vitest';
import { STANDING_RUN } from '../../src/model/run.ts';
import type { Checkpoint } from '../../src/stores/index.ts';
import { always, joinOf, memoryStorage, parts, StandingEngine } from './standing-engine.ts';

it('P3, P5: two workers on one log fire a join once', async () => {
  const storage = memoryStorage(1);
  const first = await StandingEngine.start(storage);
  await first.deploy('w', [joinOf(10)]);
  await first.publish('w', ...parts(1, 4));
  const second = await StandingEngine.start(storage);
  await Promise.all([first.publish('w', ...parts(5, 10)), second.publish('w', ...parts(8, 10))]);
  await vi.waitFor(async () => expect((await second.context('w', 'join'))?.activations).toBe(1), 5_000);
  await first.stop();
  await second.publish('w', ...parts(11, 20));
  await vi.waitFor(async () => expect(await second.taken('w')).toBe(20), 5_000);
  expect([...first.fired, ...second.fired]).toEqual(['join']);
  await second.stop();
});

it('P3: of three transient triggers on one event all three fire and all are removed', async () => {
  const engine = await StandingEngine.start();
  await engine.deploy(
    'w',
    ['a', 'b', 'c'].map((id) => always(id, 'part', { transient: true })),
  );
  await engine.publish('w', { id: '1' }, { id: '2' });
  await vi.waitFor(() => expect(engine.fired.toSorted()).toEqual(['a', 'b', 'c']), 5_000);
  expect(await engine.engine.gateway.listRunTriggers('w', STANDING_RUN)).toEqual([]);
  await engine.stop();
});

it('P7: an event that comes before its trigger is kept for it', async () => {
  const engine = await StandingEngine.start();
  await engine.deploy('w', []);
  await engine.publish('w', { id: '1', type: 'early' });
  await vi.waitFor(async () => expect(await engine.taken('w')).toBe(1), 5_000);
  const { gateway } = engine.engine;
  await gateway.changeRunTriggers('w', STANDING_RUN, { kind: 'add', trigger: always('late', 'early') });
  await vi.waitFor(() => expect(engine.fired).toEqual(['late']), 5_000);
  await engine.stop();
});

it('P2: the same event id is counted once', async () => {
  const engine = await StandingEngine.start();
  await engine.deploy('w', [
    {
      id: 'count',
      activationEvents: [{ type: 'part' }],
      condition: { type: 'counter', threshold: 3 },
      actions: [{ type: 'function', name: 'fired', input: 'count' }],
    },
  ]);
  await engine.publish('w', { id: '1' }, { id: '1' }, { id: '1' }, { id: '2' });
  await vi.waitFor(async () => expect(await engine.taken('w')).toBe(2), 5_000);
  expect((await engine.context('w', 'count'))?.values).toEqual({ count: 2 });
  await engine.publish('w', { id: '1' }, { id: '1', source: '/another-line' });
  await vi.waitFor(() => expect(engine.fired).toEqual(['count']), 5_000);
  await engine.stop();
});

it('P10: an unknown action or function and an event without subject stop nothing', async () => {
  const engine = await StandingEngine.start(memoryStorage(1));
  const unknownAction = { ...always('x', 'part'), actions: [{ type: 'no-such-action' }] } as never;
  await expect(engine.deploy('bad', [unknownAction])).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
  await engine.deploy('w', [
    always('unknown', 'odd', { actions: [{ type: 'function', name: 'no-such-function' }] }),
    always('wants-subject', 'part', {
      activationEvents: [{ type: 'part', subject: 'line.*' }],
    }),
    always('good', 'part'),
  ]);
  await engine.publish('w', { id: '1', type: 'odd' }, { id: '2' }, { id: '3', subject: 'line.1' });
  await vi.waitFor(() => expect(engine.fired.toSorted()).toEqual(['good', 'good', 'wants-subject']), 5_000);
  await vi.waitFor(
    async () =>
      expect((await engine.deadLetters()).map(({ reason }) => reason)).toEqual(['FUNCTION_NOT_FOUND']),
    5_000,
  );
  await engine.stop();
});

it('P9: a firing writes the triggers that changed and no others', async () => {
  const storage = memoryStorage(1);
  const checkpoints: Checkpoint[] = [];
  const checkpoint = storage.store.checkpoint.bind(storage.store);
  storage.store.checkpoint = (each) => {
    checkpoints.push(each);
    return checkpoint(each);
  };
  const engine = await StandingEngine.start(storage);
  const many = Array.from({ length: 200 }, (_, i) => joinOf(2, `join-${i}`)).map((trigger, i) => ({
    ...trigger,
    activationEvents: [{ type: 'part', subject: `line.${i}.*` }],
  }));
  await engine.deploy('w', many);
  await engine.publish('w', ...many.map((_, i) => ({ id: `first-${i}`, subject: `line.${i}.a` })));
  await vi.waitFor(async () => expect(await engine.taken('w')).toBe(200), 5_000);
  checkpoints.length = 0;
  await engine.publish('w', { id: 'second', subject: 'line.7.b' });
  await vi.waitFor(() => expect(engine.fired).toEqual(['join-7']), 5_000);
  const [firing] = checkpoints;
  const cells = firing!.runs.flatMap((run) => run.cells.map(([cell]) => cell));
  expect(cells.filter((cell) => cell.includes('join-')).every((cell) => cell.includes('join-7'))).toBe(true);
  expect(cells.length).toBeLessThan(6);
  await engine.stop();
});

it('deleting the workflow test leaves test-2 with its runs', async () => {
  const engine = await StandingEngine.start();
  const { gateway } = engine.engine;
  const names = ['test', 'test-2', 'test.2', 'tes'];
  for (const name of names) await engine.deploy(name, [always('a', 'part')]);
  await gateway.deleteWorkflow('test', { force: true });
  const left = (await gateway.listWorkflows({ limit: 10 })).items.map(({ name }) => name);
  expect(left.toSorted()).toEqual(['tes', 'test-2', 'test.2']);
  for (const name of left) expect((await gateway.getRun(name, STANDING_RUN)).status).toBe('RUNNING');
  await engine.publish('test-2', { id: '1' });
  await vi.waitFor(() => expect(engine.fired).toEqual(['a']), 5_000);
  await engine.stop();
});

it('P10: a function that never answers holds up nobody else', async () => {
  const engine = await StandingEngine.start(memoryStorage(1), { slow: () => new Promise(() => {}) });
  await engine.deploy('w', [
    always('slow', 'slow', { actions: [{ type: 'function', name: 'slow', concurrency: 1 }] }),
    always('quick', 'part'),
  ]);
  await engine.publish('w', ...Array.from({ length: 100 }, (_, i) => ({ id: `slow-${i}`, type: 'slow' })));
  await engine.publish('w', { id: '1' });
  await vi.waitFor(() => expect(engine.fired).toEqual(['quick']), 5_000);
  await engine.engine.stop();
});
