// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language
import { describe, expect, it } from 'vitest';
import { Observed } from './observed.ts';

const RESULTS = { show: { results: '${context.results}' } };
const MEMBERS = { show: { members: '${context.members}', count: '${context.count}' } };

describe('a join', () => {
  it('fires when so many different members have come', () => {
    const observed = new Observed({ type: 'join', expected: 2 }, MEMBERS);
    observed.send('a', 'x').send('b', 'x');
    expect(observed.count).toBe(0);
    observed.send('a', 'y').send('a', 'z');
    expect(observed.names).toEqual(['fire']);
    expect(observed.shown).toEqual({ members: ['x', 'y'], count: 2 });
  });

  it('over a list waits for exactly these', () => {
    const observed = new Observed({ type: 'join', expected: ['x', 'y'], collect: true }, RESULTS);
    observed.send('a', 'stranger', { data: 0 }).send('a', 'y', { data: 2 });
    expect(observed.count).toBe(0);
    observed.send('a', 'x', { data: 1 });
    expect(observed.shown).toEqual({ results: [1, 2] });
  });

  it('over a list knows its members by numbers too', () => {
    const condition = { type: 'join', expected: ['7', '8'], by: 'event.data.line', collect: true } as const;
    const observed = new Observed(condition, RESULTS);
    observed.send('a', 's', { data: { line: 8 } }).send('a', 's', { data: { line: 7 } });
    expect(observed.shown).toEqual({ results: [{ line: 7 }, { line: 8 }] });
  });

  it('asks an expression once how many, at the first event', () => {
    const observed = new Observed(
      { type: 'join', expected: 'size(event.data.parts)' },
      { ...MEMBERS, input: null },
    );
    observed.send('a', 'x', { data: { parts: [1, 2] } }).send('a', 'y', { data: {} });
    expect(observed.names).toEqual(['fire']);
  });

  it('whose expression gives no number makes the event a dead letter and stays as it was', () => {
    const observed = new Observed({ type: 'join', expected: 'event.data.count' }, MEMBERS);
    observed.send('a', 'x', { data: { count: -1 } }).send('a', 'x', { data: { count: 1.5 } });
    expect(observed.deadLetters).toHaveLength(2);
    expect(observed.send('a', 'x', { data: { count: 1 } }).names).toEqual(['fire']);
  });

  describe('told later how many to expect', () => {
    const condition = {
      type: 'join',
      expectedFrom: { type: 'expected', subject: 'batch.*', value: 'event.data.count' },
    } as const;
    const told = (observed: Observed) => observed.send('expected', 'batch.1', { data: { count: 2 } });

    it.each([0, 1, 2])('after %i of two members fires with the last event of the three', (before) => {
      const observed = new Observed(condition, MEMBERS);
      for (let i = 0; i < before; i++) observed.send('a', `m${i}`);
      told(observed);
      for (let i = before; i < 2; i++) {
        expect(observed.count).toBe(0);
        observed.send('a', `m${i}`);
      }
      expect(observed.names).toEqual(['fire']);
      expect(observed.shown).toEqual({ members: ['m0', 'm1'], count: 2 });
    });

    it('does not count the event that tells, nor one that only looks like it', () => {
      const observed = new Observed(condition, MEMBERS);
      told(observed).send('expected', 'other', { data: { count: 9 } });
      expect(observed.context?.values).toMatchObject({ expected: 2, count: 1 });
    });

    it('fires at once when there is nobody to wait for', () => {
      const observed = new Observed(condition, MEMBERS);
      observed.send('expected', 'batch.1', { data: { count: 0 } });
      expect(observed.shown).toEqual({ members: [], count: 0 });
    });

    it('refuses a number beyond the limit of members', () => {
      const observed = new Observed(condition, { limits: { joinMembers: 5 } });
      observed.send('expected', 'batch.1', { data: { count: 6 } });
      expect(observed.deadLetters.map(({ message }) => message)).toEqual([
        expect.stringContaining('the limit joinMembers is 5'),
      ]);
    });
  });

  it('by index knows its members by their data, or by their scope', () => {
    const observed = new Observed({ type: 'join', expected: 3, by: 'index', collect: true }, RESULTS);
    for (const index of [2, 0, 2, 1]) observed.send('a', 's', { data: { index, text: `t${index}` } });
    expect(observed.shown).toEqual({ results: [0, 1, 2].map((index) => ({ index, text: `t${index}` })) });
  });

  it('by index puts 10 behind 9', () => {
    const observed = new Observed({ type: 'join', expected: 12, by: 'index', collect: true }, RESULTS);
    for (let index = 11; index >= 0; index--) observed.send('a', 's', { data: { index } });
    expect(observed.shown).toEqual({ results: Array.from({ length: 12 }, (_, index) => ({ index })) });
  });

  it('by index makes an event without one a dead letter', () => {
    const observed = new Observed({ type: 'join', expected: 1, by: 'index' }).send('a', 's', { data: 'x' });
    expect(observed.deadLetters[0]?.message).toContain('has no index in its data or scope');
  });

  it('by an expression tells members apart by its value', () => {
    const by = 'event.data.order + "/" + event.subject';
    const observed = new Observed({ type: 'join', expected: 2, by }, MEMBERS);
    for (const order of ['1', '1', '2']) observed.send('a', 's', { data: { order } });
    expect(observed.shown).toEqual({ members: ['1/s', '2/s'], count: 2 });
  });

  it('by an expression that gives no key makes the event a dead letter', () => {
    const observed = new Observed({ type: 'join', expected: 1, by: 'event.data' });
    observed.send('a', 's', { data: { an: 'object' } });
    expect(observed.deadLetters[0]?.message).toContain('not a string or number');
  });

  it('keeps the first data of a member that comes twice', () => {
    const observed = new Observed({ type: 'join', expected: 2, collect: true }, RESULTS);
    observed.send('a', 'x', { data: 'first' }).send('b', 'x', { data: 'second' }).send('a', 'y');
    expect(observed.shown).toEqual({ results: ['first', null] });
  });

  it('with `reset: on-fire` gathers the next members from nothing', () => {
    const observed = new Observed({ type: 'join', expected: 2, reset: 'on-fire' }, MEMBERS);
    for (const subject of ['x', 'y', 'y', 'z', 'x']) observed.send('a', subject);
    expect(observed.outcomes.map(({ shown }) => shown)).toEqual([
      { members: ['x', 'y'], count: 2 },
      { members: ['y', 'z'], count: 2 },
    ]);
    expect(observed.context?.values).toMatchObject({ count: 1 });
  });

  it('bounds the time from its first member, not from an event it does not count', () => {
    const observed = new Observed({ type: 'join', expected: ['x', 'y'], withinMs: 1000 });
    observed.send('a', 'stranger').to(900).send('a', 'x').to(1800).send('a', 'y');
    expect(observed.names).toEqual(['fire']);
    const late = new Observed({ type: 'join', expected: ['x', 'y'], withinMs: 1000 });
    late.send('a', 'x').to(1001).send('a', 'y').to(1002);
    expect(late.outcomes).toEqual([{ name: 'expired', shown: {}, at: 1000 }]);
    expect(late.send('a', 'x').names).toEqual(['expired', 'fire']);
  });

  it('fires when the event is replayed whose action could not be planned', () => {
    const condition = { type: 'join', expected: 2 } as const;
    const observed = new Observed(condition, { show: { size: '${size(event.data)}' } });
    observed.send('a', 'x', { data: [] }).send('a', 'y', { data: 7 });
    expect(observed.deadLetters.map(({ reason }) => reason)).toEqual(['ACTION_FAILED']);
    expect(observed.send('a', 'y', { data: [1] }).shown).toEqual({ size: 1 });
    expect(observed.send('a', 'z', { data: [1] }).count).toBe(1);
  });
});

describe('any', () => {
  it('fires at the first event, once', () => {
    expect(new Observed({ type: 'any' }).send('a').send('b', 'x').names).toEqual(['fire']);
  });

  it('fires at the k-th different member', () => {
    const observed = new Observed({ type: 'any', count: 2 }, MEMBERS);
    for (const subject of ['x', 'x', 'y', 'z']) observed.send('a', subject);
    expect(observed.shown).toEqual({ members: ['x', 'y'], count: 2 });
    expect(observed.count).toBe(1);
  });

  it('counts only those listed, where a list is given', () => {
    const observed = new Observed({ type: 'any', count: 2, of: ['x', 'y', 'z'] }, MEMBERS);
    for (const subject of ['u', 'z', 'v', 'x']) observed.send('a', subject);
    expect(observed.shown).toEqual({ members: ['z', 'x'], count: 2 });
  });

  it('knows listed members by numbers too', () => {
    const observed = new Observed({ type: 'any', of: ['7'], by: 'event.data' });
    expect(observed.send('a', 's', { data: 6 }).send('a', 's', { data: 7 }).names).toEqual(['fire']);
  });

  it('with `reset: on-fire` begins anew; `withinMs` bounds it', () => {
    const observed = new Observed({ type: 'any', count: 2, reset: 'on-fire', withinMs: 100 });
    observed.send('a', 'x').send('a', 'y').to(50).send('a', 'x').to(200).send('a', 'x').send('a', 'y');
    expect(observed.names).toEqual(['fire', 'expired', 'fire']);
  });
});
