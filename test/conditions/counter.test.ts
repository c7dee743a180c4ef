// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Observed } from './observed.ts';

const COUNT = { show: { count: '${context.count}' } };

function sendTimes(observed: Observed, times: number): Observed {
  for (let i = 0; i < times; i++) observed.send('a');
  return observed;
}

describe('always', () => {
  it('fires on each event', () => {
    const observed = sendTimes(new Observed({ type: 'always' }), 3);
    expect(observed.names).toEqual(['fire', 'fire', 'fire']);
    expect(observed.context?.activation).toBe(3);
  });
});

describe('a counter', () => {
  it('fires once when it reaches its threshold, and never again', () => {
    const observed = sendTimes(new Observed({ type: 'counter', threshold: 3 }, COUNT), 2);
    expect(observed.count).toBe(0);
    expect(sendTimes(observed, 10).names).toEqual(['fire']);
    expect(observed.shown).toEqual({ count: 3 });
    expect(observed.context?.done).toBe(true);
  });

  it('with `every` fires at each further multiple and counts on', () => {
    const observed = sendTimes(new Observed({ type: 'counter', threshold: 3, every: true }, COUNT), 10);
    expect(observed.outcomes.map(({ shown }) => shown)).toEqual([{ count: 3 }, { count: 6 }, { count: 9 }]);
    expect(observed.context?.values['count']).toBe(10);
  });

  it('with `reset: on-fire` begins again at 0', () => {
    const observed = new Observed({ type: 'counter', threshold: 3, reset: 'on-fire' }, COUNT);
    expect(sendTimes(observed, 7).outcomes.map(({ shown }) => shown)).toEqual([{ count: 3 }, { count: 3 }]);
    expect(observed.context?.values['count']).toBe(1);
  });

  it('counts on from the first value its trigger gives', () => {
    const options = { ...COUNT, trigger: { context: { count: 2 } } };
    expect(sendTimes(new Observed({ type: 'counter', threshold: 3 }, options), 1).shown).toEqual({
      count: 3,
    });
  });

  it('takes its threshold from an expression, asked anew at each event', () => {
    const observed = new Observed(
      { type: 'counter', threshold: 'run.input.wanted' },
      {
        ...COUNT,
        input: { wanted: 2 },
      },
    );
    expect(sendTimes(observed, 5).outcomes.map(({ shown }) => shown)).toEqual([{ count: 2 }]);
  });

  it.each(['"two"', '0', 'null', 'event.data.nothing'])(
    'a threshold of %s makes the event a dead letter that was not counted',
    (threshold) => {
      const observed = sendTimes(new Observed({ type: 'counter', threshold }), 2);
      expect(observed.count).toBe(0);
      expect(observed.deadLetters.map(({ reason }) => reason)).toEqual([
        'CONDITION_FAILED',
        'CONDITION_FAILED',
      ]);
      expect(observed.context?.values['count'] ?? 0).toBe(0);
    },
  );

  it('with `withinMs` has the outcome `expired` when the time from its first event runs out, then begins anew', () => {
    const observed = new Observed({ type: 'counter', threshold: 3, withinMs: 1000 }, COUNT);
    observed.send('a').to(400).send('a').to(999);
    expect(observed.count).toBe(0);
    expect(observed.to(5000).outcomes).toEqual([{ name: 'expired', shown: { count: 2 }, at: 1000 }]);
    expect(sendTimes(observed.to(5500), 3).names).toEqual(['expired', 'fire']);
    expect(observed.to(60_000).names).toEqual(['expired', 'fire']);
  });

  it('with `every` and `withinMs` bounds each multiple by itself', () => {
    const observed = new Observed({ type: 'counter', threshold: 2, every: true, withinMs: 1000 });
    sendTimes(observed, 2).to(5000).send('a').to(5999);
    expect(observed.names).toEqual(['fire']);
    expect(observed.to(6000).names).toEqual(['fire', 'expired']);
  });

  it('counts as a plain division says, for any threshold and number of events', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 40 }),
        fc.constantFrom('once', 'every', 'reset'),
        (threshold, events, mode) => {
          const observed = new Observed({
            type: 'counter',
            threshold,
            ...(mode === 'every' && { every: true }),
            ...(mode === 'reset' && { reset: 'on-fire' as const }),
          });
          const multiples = Math.floor(events / threshold);
          expect(sendTimes(observed, events).count).toBe(
            mode === 'once' ? Math.min(1, multiples) : multiples,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
