// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceCondition } from '../../src/model/documents.ts';
import { Observed } from './observed.ts';

const ABC = { type: 'sequence', of: [{ type: 'a' }, { type: 'b' }, { type: 'c' }] } as const;
const send = (observed: Observed, types: string) => {
  for (const type of types) observed.send(type);
  return observed;
};

describe('a sequence', () => {
  it('fires when its patterns were met in their order, passing over what is in between', () => {
    expect(send(new Observed(ABC), 'cbaacb').count).toBe(0);
    expect(send(new Observed(ABC), 'cbaacbbac').names).toEqual(['fire']);
  });

  it('fires once, or once per round with `reset: on-fire`', () => {
    expect(send(new Observed(ABC), 'abcabc').count).toBe(1);
    expect(send(new Observed({ ...ABC, reset: 'on-fire' }), 'abcabcab').count).toBe(2);
  });

  it('tells patterns apart by subject, source and filter', () => {
    const of = [
      { type: 'a', subject: 'door.*' },
      { type: 'a', source: '/yard' },
      { type: 'a', filter: 'event.data.open' },
    ];
    const observed = new Observed({ type: 'sequence', of });
    observed.send('a', 'window.1').send('a', 'door.1').send('a').send('a', 'x', { source: '/yard' });
    observed
      .send('a', 'x', { data: { open: false } })
      .send('a', 'x')
      .send('a', 'x', { data: { open: true } });
    expect(observed.names).toEqual(['fire']);
  });

  it('takes one event for one step, also where the next pattern fits it too', () => {
    const observed = new Observed({ type: 'sequence', of: [{ type: 'a' }, { type: 'a' }] });
    expect(send(observed, 'a').count).toBe(0);
    expect(send(observed, 'a').count).toBe(1);
  });

  it('`strict` starts anew at an event out of order, which may be the first step of the new one', () => {
    const strict = { ...ABC, strict: true } as const;
    expect(send(new Observed(strict), 'abac').count).toBe(0);
    expect(send(new Observed(strict), 'abcc').count).toBe(1);
    expect(send(new Observed(strict), 'aabc').count).toBe(1);
    expect(send(new Observed(strict), 'abbabc').count).toBe(1);
  });

  it('bounds the time from its first step, not from an event before it', () => {
    const observed = new Observed({ ...ABC, withinMs: 1000 });
    send(observed, 'c').to(900);
    send(observed, 'ab').to(1800);
    expect(send(observed, 'c').names).toEqual(['fire']);
  });

  it('that did not end in time has the outcome `expired` and begins anew', () => {
    const observed = new Observed({ ...ABC, withinMs: 1000 });
    send(observed, 'ab').to(1000);
    expect(observed.outcomes).toEqual([{ name: 'expired', shown: {}, at: 1000 }]);
    expect(send(observed, 'c').count).toBe(1);
    expect(send(observed, 'abc').names).toEqual(['expired', 'fire']);
  });

  it('`strict` and started anew has its time anew; broken off it has none', () => {
    const observed = new Observed({ ...ABC, strict: true, withinMs: 1000 });
    send(observed, 'a').to(900);
    send(observed, 'ab').to(1800);
    expect(send(observed, 'c').names).toEqual(['fire']);
    const broken = new Observed({ ...ABC, strict: true, withinMs: 1000 });
    send(broken, 'ac').to(5000);
    expect(broken.count).toBe(0);
  });

  it('whose action could not be planned fires when the event is replayed', () => {
    const observed = new Observed(
      { type: 'sequence', of: [{ type: 'a' }, { type: 'b' }] },
      { show: { size: '${size(event.data)}' } },
    );
    observed.send('a').send('b', 's', { data: 1 });
    expect(observed.deadLetters.map(({ reason }) => reason)).toEqual(['ACTION_FAILED']);
    expect(observed.send('a').count).toBe(0);
    expect(observed.send('b', 's', { data: [] }).shown).toEqual({ size: 0 });
  });

  it('agrees with a search in the text of all events so far, strict or not', () => {
    const types = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(types, fc.boolean(), (events, strict) => {
        const condition: SequenceCondition = { ...ABC, strict };
        const text = events.join('');
        const wanted = strict ? text.includes('abc') : /a.*b.*c/.test(text);
        expect(send(new Observed(condition), text).count).toBe(wanted ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });
});
