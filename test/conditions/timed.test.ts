// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Observed } from './observed.ts';

describe('a window', () => {
  const THREE = { type: 'window', threshold: 3, withinMs: 1000 } as const;
  const SHOW = { show: { count: '${context.count}' } };

  it('fires when enough events fell within the last milliseconds', () => {
    const observed = new Observed(THREE, SHOW);
    observed.send('a').to(600).send('a').to(1100).send('a');
    expect(observed.count).toBe(0);
    expect(observed.to(1500).send('a').outcomes).toEqual([{ name: 'fire', shown: { count: 3 }, at: 1500 }]);
    expect(observed.send('a').count).toBe(1);
  });

  it('an event exactly as old as the window is wide has left it', () => {
    const late = new Observed(THREE).send('a').send('a').to(1000).send('a');
    expect(late.count).toBe(0);
    expect(new Observed(THREE).send('a').send('a').to(999).send('a').count).toBe(1);
  });

  it('with `reset: on-fire` begins empty after firing', () => {
    const observed = new Observed({ ...THREE, reset: 'on-fire' });
    for (let i = 0; i < 8; i++) observed.send('a');
    expect(observed.count).toBe(2);
    expect(observed.context?.values['times']).toHaveLength(2);
  });

  it('remembers no more than the events still inside', () => {
    const observed = new Observed({ type: 'window', threshold: 100, withinMs: 10 });
    for (let i = 1; i <= 50; i++) observed.to(i * 5).send('a');
    expect(observed.context?.values['times']).toHaveLength(2);
  });

  it('agrees with counting all events, whatever the times between them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 15 }), (gaps) => {
        const observed = new Observed(THREE);
        const times: number[] = [];
        let at = 0;
        let wanted = false;
        for (const gap of gaps) {
          at += gap;
          times.push(at);
          wanted ||= times.filter((time) => time > at - 1000).length >= 3;
          observed.to(at).send('a');
        }
        expect(observed.count).toBe(wanted ? 1 : 0);
      }),
    );
  });
});

describe('absence', () => {
  const NO_ANSWER = { type: 'absence', of: { type: 'a' }, unless: { type: 'b' }, withinMs: 1000 } as const;

  it('fires when the one event was not followed by the other in time', () => {
    const observed = new Observed(NO_ANSWER, { show: { since: '${context.since}', event: '${event}' } });
    observed.to(500).send('a').to(1499);
    expect(observed.count).toBe(0);
    observed.to(9999);
    expect(observed.outcomes).toEqual([
      { name: 'fire', shown: { since: observed.driver.run.startedAt + 500, event: null }, at: 1500 },
    ]);
  });

  it('does not when it was, up to the last moment', () => {
    const observed = new Observed(NO_ANSWER).send('a').to(999).send('b').to(9999);
    expect(observed.count).toBe(0);
  });

  it('an answer that comes at the very deadline, but before the timer, counts', () => {
    const observed = new Observed(NO_ANSWER).send('a');
    observed.driver.now += 1000;
    expect(observed.send('b').to(9999).count).toBe(0);
  });

  it('an answer before the question answers nothing', () => {
    expect(new Observed(NO_ANSWER).send('b').send('a').to(1000).count).toBe(1);
  });

  it('a question repeated while waiting leaves the first deadline', () => {
    const observed = new Observed(NO_ANSWER).send('a').to(600).send('a').to(2000);
    expect(observed.outcomes.map(({ at }) => at)).toEqual([1000]);
  });

  it('asks again after an answer', () => {
    const observed = new Observed(NO_ANSWER).send('a').to(100).send('b').to(5000).send('a').to(9999);
    expect(observed.outcomes.map(({ at }) => at)).toEqual([6000]);
  });

  it('fires once, or each time with `reset: on-fire`', () => {
    expect(new Observed(NO_ANSWER).send('a').to(2000).send('a').to(9999).count).toBe(1);
    const again = new Observed({ ...NO_ANSWER, reset: 'on-fire' });
    expect(again.send('a').to(2000).send('a').to(9999).count).toBe(2);
  });

  it('waits on after a reload', () => {
    const observed = new Observed(NO_ANSWER).send('a').to(400);
    observed.driver.reload();
    expect(observed.to(9999).outcomes.map(({ at }) => at)).toEqual([1000]);
  });

  it('that could not set its timer has not begun to wait', () => {
    const observed = new Observed(NO_ANSWER, { limits: { pendingTimers: 0 } }).send('a');
    expect(observed.deadLetters[0]?.message).toContain('pendingTimers');
    expect(observed.context?.values['since']).toBeUndefined();
  });
});

describe('debounce', () => {
  const SHOW = { show: { count: '${context.count}', last: '${context.last}' } };

  it('fires once events have ceased for a while, and sees how many there were and the last', () => {
    const observed = new Observed({ type: 'debounce', quietMs: 100 }, SHOW);
    for (let i = 1; i <= 5; i++) observed.to(i * 90).send('a', 's', { data: i });
    expect(observed.count).toBe(0);
    expect(observed.to(9999).outcomes).toEqual([{ name: 'fire', shown: { count: 5, last: 5 }, at: 550 }]);
  });

  it('begins anew after firing', () => {
    const observed = new Observed({ type: 'debounce', quietMs: 100 }, SHOW);
    observed.send('a').to(1000).send('a').send('a').to(2000);
    expect(observed.outcomes.map(({ shown }) => shown)).toEqual([
      { count: 1, last: null },
      { count: 2, last: null },
    ]);
  });

  it('fires at the latest `maxWaitMs` after the first event, however busy it is', () => {
    const observed = new Observed({ type: 'debounce', quietMs: 100, maxWaitMs: 250 }, SHOW);
    for (let at = 0; at <= 500; at += 50) observed.to(at).send('a');
    observed.to(9999);
    expect(observed.outcomes.map(({ at }) => at)).toEqual([250, 500, 600]);
  });

  it('a `maxWaitMs` shorter than the quiet decides alone', () => {
    const observed = new Observed({ type: 'debounce', quietMs: 100, maxWaitMs: 30 }).send('a').to(9999);
    expect(observed.outcomes.map(({ at }) => at)).toEqual([30]);
  });

  it('that could not set its timer has counted nothing', () => {
    const observed = new Observed({ type: 'debounce', quietMs: 9 }, { limits: { pendingTimers: 0 } }).send(
      'a',
    );
    expect(observed.context?.values['count']).toBeUndefined();
  });

  it('fires after every gap longer than the quiet, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 250 }), { maxLength: 20 }), (gaps) => {
        const observed = new Observed({ type: 'debounce', quietMs: 100 });
        let at = 0;
        for (const gap of gaps) {
          at += gap;
          observed.to(at).send('a');
        }
        const bursts = gaps.filter((gap, i) => i > 0 && gap >= 100).length + (gaps.length > 0 ? 1 : 0);
        expect(observed.to(at + 100).count).toBe(bursts);
      }),
    );
  });
});
