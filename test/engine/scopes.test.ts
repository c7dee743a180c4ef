// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TriggersDefinition } from '../../src/model/documents.ts';
import { call, RUN_STARTED, trigger } from './define.ts';
import { Driver } from './drive.ts';

const forkJoin = (items: unknown, concurrency?: number): TriggersDefinition => ({
  triggers: [
    trigger('open', RUN_STARTED, [
      { type: 'fork', name: 'f', items: items as string, ...(concurrency && { concurrency }) },
    ]),
    trigger(
      'work',
      { type: 'dev.tidegate.scope.started', subject: 'f' },
      [call('work', { input: '${ item }' })],
      { scope: 'f' },
    ),
    trigger(
      'close',
      { type: 'dev.tidegate.task.succeeded', subject: 'work' },
      [{ type: 'end-scope', result: '${ event.data }' }],
      { scope: 'f' },
    ),
    trigger(
      'join',
      [
        { type: 'dev.tidegate.scope.forked', subject: 'f' },
        { type: 'dev.tidegate.scope.ended', subject: 'f' },
      ],
      [{ type: 'complete', output: '${ context.results }' }],
      { condition: { type: 'join', by: 'index', collect: true } },
    ),
  ],
});
const double = {
  behaviour: (effect: { request: unknown }) => ({ result: (effect.request as { input: number }).input * 2 }),
};

describe('forks and scopes', () => {
  it('P3: a join collects by index, fires once, and knows how many to expect before the first member ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        (items, concurrency, stream) => {
          const driver = new Driver(forkJoin('${ input }', concurrency), {
            ...double,
            input: items,
            choose: (count) => stream.next().value! % count,
          });
          driver.start().finish();
          expect(driver.result).toEqual({
            status: 'SUCCEEDED',
            output: items.map((item) => item * 2),
            error: undefined,
            cause: undefined,
          });
          expect(driver.out.deadLetters).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a fork over nothing tells its join so', () => {
    expect(new Driver(forkJoin([])).start().finish().result).toMatchObject({
      status: 'SUCCEEDED',
      output: [],
    });
  });

  it('a window keeps no more scopes open than asked, and opens the next as one ends', () => {
    const driver = new Driver(forkJoin([1, 2, 3, 4], 2)).start();
    expect(driver.pending.map(({ scope }) => scope)).toEqual(['f[0]', 'f[1]']);
    driver.complete(driver.pending[1]!);
    expect(driver.pending.map(({ scope }) => scope)).toEqual(['f[0]', 'f[2]']);
  });

  it('without a window of its own a fork keeps as many scopes open as the limit lets it, and does all of them', () => {
    const driver = new Driver(forkJoin([1, 2, 3, 4, 5]), { ...double, limits: { openScopes: 2 } }).start();
    expect(driver.pending.map(({ scope }) => scope)).toEqual(['f[0]', 'f[1]']);
    driver.finish();
    expect(driver.result).toMatchObject({ status: 'SUCCEEDED', output: [2, 4, 6, 8, 10] });
  });

  it('cancelling a fork kills its timers, pending effects and late completions', () => {
    const definition: TriggersDefinition = {
      triggers: [
        ...forkJoin([1, 2, 3]).triggers,
        trigger(
          'alarm',
          { type: 'dev.tidegate.scope.started', subject: 'f' },
          [{ type: 'set-timer', name: 'late', afterMs: 5 }],
          { scope: 'f' },
        ),
        trigger('ring', { type: 'dev.tidegate.timer', subject: 'late' }, [call('never')], { scope: 'f' }),
        trigger('stop', 'stop', [{ type: 'cancel-fork', name: 'f' }]),
      ],
    };
    const driver = new Driver(definition).start();
    const [first] = driver.pending;
    expect([driver.pending.length, driver.run.timers?.size, driver.run.scopes?.size]).toEqual([3, 3, 3]);
    driver.event('stop');
    expect([driver.pending.length, driver.run.timers?.size ?? 0, driver.run.scopes?.size ?? 0]).toEqual([
      0, 0, 0,
    ]);
    expect(driver.out.cancelled).toHaveLength(3);
    driver.complete(first!.id, 1);
    expect(driver.tick()).toBe(false);
    expect(driver.events.filter(({ type }) => type === 'dev.tidegate.task.succeeded')).toEqual([]);
    driver.save();
    expect([...driver.stored.keys()].filter((key) => key.includes('f['))).toEqual([]);
  });

  it('nested forks: the paths tell the indices, and inner joins end outer scopes', () => {
    const definition: TriggersDefinition = {
      triggers: [
        trigger('outer', RUN_STARTED, [{ type: 'fork', name: 'o', items: [[1, 2], [3]] }]),
        trigger(
          'inner',
          { type: 'dev.tidegate.scope.started', subject: 'o' },
          [{ type: 'fork', name: 'i', items: '${ item }' }],
          { scope: 'o' },
        ),
        trigger(
          'end',
          { type: 'dev.tidegate.scope.started', subject: 'i' },
          [{ type: 'end-scope', result: '${ [item, index] }' }],
          { scope: 'o/i' },
        ),
        trigger(
          'inner-join',
          [
            { type: 'dev.tidegate.scope.forked', subject: 'i' },
            { type: 'dev.tidegate.scope.ended', subject: 'i' },
          ],
          [{ type: 'end-scope', result: '${ context.results }' }],
          { scope: 'o', condition: { type: 'join', by: 'index', collect: true } },
        ),
        trigger(
          'outer-join',
          [
            { type: 'dev.tidegate.scope.forked', subject: 'o' },
            { type: 'dev.tidegate.scope.ended', subject: 'o' },
          ],
          [{ type: 'complete', output: '${ context.results }' }],
          { condition: { type: 'join', by: 'index', collect: true } },
        ),
      ],
    };
    const driver = new Driver(definition).start();
    expect(driver.run.output).toEqual([
      [
        [1, 0],
        [2, 1],
      ],
      [[3, 0]],
    ]);
    expect(driver.events.some(({ scope }) => scope === 'o[0]/i[1]')).toBe(true);
    expect(driver.run.scopes).toBeUndefined();
  });

  it('an event from outside may name its scope; for one that is not open it is a dead letter', () => {
    const definition: TriggersDefinition = {
      triggers: [
        trigger('open', RUN_STARTED, [{ type: 'fork', name: 'f', items: [1, 2] }]),
        trigger('hear', 'word', [call('heard', { input: '${ index }' })], { scope: 'f' }),
      ],
    };
    const driver = new Driver(definition).start();
    driver.event('word', undefined, { scope: 'f[1]' });
    expect(driver.pending.map(({ scope, request }) => [scope, request])).toEqual([
      ['f[1]', { name: 'heard', input: 1 }],
    ]);
    driver.event('word', undefined, { scope: 'f[7]' });
    expect(driver.out.deadLetters).toMatchObject([{ reason: 'EVENT_FOR_ENDED_RUN' }]);
  });

  it('a fork wider than the limit is a coded error, not a crash', () => {
    const driver = new Driver(forkJoin('${ lists.range(20) }'), { limits: { forkWidth: 10 } }).start();
    expect(driver.out.deadLetters).toMatchObject([{ reason: 'ACTION_FAILED', trigger: 'open' }]);
    expect(driver.run.status).toBe('STALLED');
  });
});
