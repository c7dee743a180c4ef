import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../../src/engine/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { TriggersDefinition } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { RUN_ID_PATTERN } from '../../src/model/run.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { Definitions } from '../../src/workers/definitions.ts';
import { derivedRunId, routesOf, runFor } from '../../src/workers/router.ts';

const eventOf = (more: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: '1',
  source: '/s',
  type: 't',
  ...more,
});

async function definitionsOf(workflows: Record<string, Partial<TriggersDefinition>>): Promise<Definitions> {
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: () => 0 });
  for (const [name, definition] of Object.entries(workflows)) {
    await store.putWorkflow({
      name,
      format: 'triggers',
      definition: { triggers: [], ...definition },
      createdAt: '2026-01-01T00:00:00Z',
    });
  }
  return new Definitions(store, LIMITS);
}

const correlated = (correlate: string) =>
  compileWorkflow('w', 1, { run: { correlate }, triggers: [] }, LIMITS);

describe('the route of an event', () => {
  it('that names workflow and run is that run, known or not', async () => {
    const definitions = await definitionsOf({});
    expect(await routesOf(eventOf({ workflow: 'w', run: 'r' }), definitions)).toEqual([
      { workflow: 'w', run: 'r' },
    ]);
  });

  it('that names a workflow alone is its standing run, its correlated run, or a run it starts', async () => {
    const definitions = await definitionsOf({
      standing: { run: 'standing' },
      correlated: { run: { correlate: 'event.subject' } },
      starting: { startOn: [{ type: 't' }] },
      plain: {},
    });
    const route = (workflow: string, more: Partial<CloudEvent> = {}) =>
      routesOf(eventOf({ workflow, subject: 'order-7', ...more }), definitions);
    expect(await route('standing')).toEqual([{ workflow: 'standing', run: 'standing' }]);
    expect(await route('correlated')).toEqual([{ workflow: 'correlated', run: 'order-7' }]);
    expect(await route('starting')).toEqual([
      { workflow: 'starting', run: derivedRunId('event', '/s', '1') },
    ]);
    expect(await route('starting', { type: 'other' })).toEqual([]);
    expect(await route('plain')).toEqual([]);
    expect(await route('unknown')).toEqual([]);
  });

  it('that names nothing goes to every workflow whose start subscription it fits', async () => {
    const definitions = await definitionsOf({
      both: { run: 'standing', startOn: [{ type: 't' }, { type: 't', subject: 'order.*' }] },
      filtered: { startOn: [{ type: 't', filter: 'event.data.big' }] },
      other: { startOn: [{ type: 'u' }] },
      standing: { run: 'standing' },
    });
    const routes = await routesOf(eventOf({ subject: 'order.7', data: { big: true } }), definitions);
    expect(routes.map(({ workflow }) => workflow)).toEqual(['both', 'filtered']);
    expect(await routesOf(eventOf({ data: 'no map' }), definitions)).toMatchObject([{ workflow: 'both' }]);
  });

  it('that starts a run gives it the same id on every delivery, and another event another', () => {
    const workflow = compileWorkflow('w', 1, { startOn: [{ type: 't' }], triggers: [] }, LIMITS);
    const id = runFor(workflow, eventOf());
    expect(id).toMatch(new RegExp(RUN_ID_PATTERN));
    expect(runFor(workflow, eventOf({ data: 'the same event' }))).toBe(id);
    expect(runFor(workflow, eventOf({ id: '2' }))).not.toBe(id);
    expect(runFor(workflow, eventOf({ source: '/other' }))).not.toBe(id);
  });
});

describe('the run of a correlation value', () => {
  const runOf = (value: unknown) => runFor(correlated('event.data'), eventOf({ data: value }));

  it.each([
    ['a name', 'order-7', 'order-7'],
    ['a number', 7, '7'],
    ['a fraction', 1.5, '1.5'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['zero', 0, '0'],
  ])('%s is the run of that name', (_name, value, run) => expect(runOf(value)).toBe(run));

  it.each([
    ['a text with spaces', 'order number 7'],
    ['a path', '../etc/passwd'],
    ['a text of other letters', 'Bestellung für Jörg'],
    ['a very long text', 'x'.repeat(100_000)],
    ['a lone surrogate', '\ud800'],
    ['a negative number', -7],
    ['a list', [1, 2]],
    ['an object', { order: 7 }],
  ])('%s has a run with an id made from it', (_name, value) => {
    const run = runOf(value);
    expect(run).toMatch(new RegExp(RUN_ID_PATTERN));
    expect(run).toHaveLength(22);
    expect(runOf(structuredClone(value))).toBe(run);
  });

  it.each([
    ['null', null],
    ['an empty text', ''],
  ])('%s has none', (_name, value) => expect(runOf(value)).toBeUndefined());

  it('that cannot be computed has none', () => {
    expect(runFor(correlated('event.data.order'), eventOf({ data: 7 }))).toBeUndefined();
    expect(runFor(correlated('event.data.order'), eventOf())).toBeUndefined();
  });

  it('is the same for objects that differ in the order of their members', () => {
    expect(runOf({ a: 1, b: { c: 2, d: 3 } })).toBe(runOf({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('differs for values that only look alike', () => {
    const runs = [['a', 'b'], ['a,b'], 'a,b', { a: 'b' }, [['a'], 'b']].map(runOf);
    expect(new Set(runs).size).toBe(runs.length);
  });
});
