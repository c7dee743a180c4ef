import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { ActivationEvent } from '../../src/model/documents.ts';
import { type EventFilter, MatchIndex, subjectMatches } from '../../src/triggers/index.ts';

const eventOf = (subject: string | undefined, more: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: '1',
  source: '/s',
  type: 't',
  ...(subject !== undefined && { subject }),
  ...more,
});

type Row = readonly [activation: Partial<ActivationEvent>, target: string, filter?: EventFilter];

function indexOf(rows: readonly Row[]): MatchIndex<string> {
  const index = new MatchIndex<string>();
  for (const [activation, target, filter] of rows) {
    const shared = rows.filter((row) => row[1] === target).length > 1;
    index.add({ type: 't', ...activation }, target, filter, shared);
  }
  return index;
}

function found(index: MatchIndex<string>, event: CloudEvent): string[] {
  const targets: string[] = [];
  index.match(event, targets);
  return targets.toSorted();
}

const matchOf = (rows: readonly Row[], event: CloudEvent) => found(indexOf(rows), event);

describe('what an event activates', () => {
  it('is found by exact type and subject', () => {
    const rows: Row[] = [
      [{ subject: 'part.1' }, 'one'],
      [{ subject: 'part.2' }, 'two'],
      [{ subject: 'part.1', type: 'u' }, 'other type'],
    ];
    expect(matchOf(rows, eventOf('part.1'))).toEqual(['one']);
    expect(matchOf(rows, eventOf('part.1', { type: 'u' }))).toEqual(['other type']);
    expect(matchOf(rows, eventOf('part.1', { type: 'unknown' }))).toEqual([]);
  });

  it('`*` stands for one token, never for none or two', () => {
    const rows: Row[] = [[{ subject: 'a.*.c' }, 'x']];
    expect(matchOf(rows, eventOf('a.b.c'))).toEqual(['x']);
    expect(matchOf(rows, eventOf('a..c'))).toEqual(['x']);
    for (const other of ['a.c', 'a.b.b.c', 'a.b', 'a.b.c.d'])
      expect(matchOf(rows, eventOf(other))).toEqual([]);
  });

  it('`>` stands for one token or more at the end', () => {
    const rows: Row[] = [
      [{ subject: 'a.>' }, 'x'],
      [{ subject: '>' }, 'all'],
    ];
    expect(matchOf(rows, eventOf('a.b'))).toEqual(['all', 'x']);
    expect(matchOf(rows, eventOf('a.b.c.d'))).toEqual(['all', 'x']);
    expect(matchOf(rows, eventOf('a'))).toEqual(['all']);
  });

  it('a star inside a token is a star', () => {
    const rows: Row[] = [[{ subject: 'a.b*' }, 'x']];
    expect(matchOf(rows, eventOf('a.b*'))).toEqual(['x']);
    expect(matchOf(rows, eventOf('a.bc'))).toEqual([]);
  });

  it('an event whose own subject holds wildcards activates once', () => {
    const rows: Row[] = [
      [{ subject: 'a.*' }, 'star'],
      [{ subject: 'a.>' }, 'rest'],
    ];
    expect(matchOf(rows, eventOf('a.*'))).toEqual(['rest', 'star']);
    expect(matchOf(rows, eventOf('a.>'))).toEqual(['rest', 'star']);
  });

  it('an event without subject meets only activations without one', () => {
    const rows: Row[] = [
      [{}, 'any'],
      [{ subject: '>' }, 'rest'],
      [{ subject: '*' }, 'star'],
    ];
    expect(matchOf(rows, eventOf(undefined))).toEqual(['any']);
    expect(matchOf(rows, eventOf('x'))).toEqual(['any', 'rest', 'star']);
  });

  it('source and filter narrow what subject and type found', () => {
    const rows: Row[] = [
      [{ source: '/s' }, 'same source'],
      [{ source: '/other' }, 'other source'],
      [{ source: '/s' }, 'refused', () => false],
      [{}, 'accepted', (event) => event.id === '1'],
    ];
    expect(matchOf(rows, eventOf('x'))).toEqual(['accepted', 'same source']);
  });

  it('several activations that fit are one activation', () => {
    const rows: Row[] = [
      [{ subject: 'a.*' }, 'x'],
      [{ subject: 'a.>' }, 'x'],
      [{ subject: 'a.b' }, 'x'],
      [{ source: '/s' }, 'x'],
      [{}, 'x'],
    ];
    expect(matchOf(rows, eventOf('a.b'))).toEqual(['x']);
  });

  it('what was removed is not found, whatever shares its place', () => {
    const rows: Row[] = [
      [{ subject: 'a.*' }, 'goes'],
      [{ subject: 'a.*' }, 'stays'],
      [{ subject: 'a.b', source: '/s' }, 'goes'],
      [{ subject: 'a.b', source: '/s' }, 'stays too'],
    ];
    const index = indexOf(rows);
    index.remove({ type: 't', subject: 'a.*' }, 'goes');
    index.remove({ type: 't', subject: 'a.b', source: '/s' }, 'goes');
    index.remove({ type: 't', subject: 'never.was' }, 'goes');
    expect(found(index, eventOf('a.b'))).toEqual(['stays', 'stays too']);
  });

  it('activations that come and go leave nothing behind', () => {
    const index = new MatchIndex<string>();
    const passing = (i: number): ActivationEvent[] => [
      { type: 't', subject: `exact.${i}` },
      { type: 't', subject: `wild.${i}.*` },
      { type: 't', subject: 'same', source: `/${i}` },
      { type: `t${i}` },
    ];
    const one = passing(0);
    for (let i = 0; i < 100; i++) {
      for (const activation of passing(i)) index.add(activation, `x${i}`, undefined, false);
      for (const activation of passing(i)) index.remove(activation, `x${i}`);
    }
    expect(index.size).toBe(0);
    for (const activation of one) index.add(activation, 'x', undefined, false);
    expect(index.size).toBeGreaterThan(0);
    expect(found(index, eventOf('wild.0.q'))).toEqual(['x']);
  });
});

describe('matching agrees with a plain comparison of every activation', () => {
  const token = fc.constantFrom('a', 'b', 'c', '*', '>', '');
  const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
  const activation = fc.record(
    {
      type: fc.constantFrom('t', 'u'),
      subject: subject.filter((text) => text !== '' && !/>./.test(text)),
      source: fc.constantFrom('/s', '/other'),
    },
    { requiredKeys: ['type'] },
  );
  const rows = fc.array(
    fc.tuple(activation, fc.constantFrom('k', 'l', 'm', 'n'), fc.option(fc.boolean(), { nil: undefined })),
    { maxLength: 20 },
  );
  const events = fc.array(
    fc.record({ subject: fc.option(subject, { nil: undefined }), type: fc.constantFrom('t', 'u') }),
    { minLength: 1, maxLength: 10 },
  );

  const naive = (pattern: string, text: string) => {
    const parts = pattern
      .split('.')
      .map((part) =>
        part === '*' ? '[^.]*' : part === '>' ? '.*' : part.replace(/[*>]/g, (star) => `\\${star}`),
      );
    return new RegExp(`^${parts.join('\\.')}$`).test(text);
  };
  const fits = (each: Partial<ActivationEvent>, event: CloudEvent) =>
    each.type === event.type &&
    (each.source === undefined || each.source === event.source) &&
    (each.subject === undefined || (event.subject !== undefined && naive(each.subject, event.subject)));

  it('for any activations, filters, removals and events', () => {
    fc.assert(
      fc.property(rows, events, fc.integer({ min: 0, max: 20 }), (all, some, removed) => {
        const index = indexOf(
          all.map(([each, target, answer]) => [
            each,
            target,
            answer === undefined ? undefined : () => answer,
          ]),
        );
        const gone = all.slice(0, removed);
        for (const [each, target] of gone) index.remove(each, target);
        const isGone = (each: Partial<ActivationEvent>, target: string) =>
          gone.some(
            ([other, name]) =>
              name === target &&
              other.type === each.type &&
              other.subject === each.subject &&
              other.source === each.source,
          );
        const left = all.filter(([each, target]) => !isGone(each, target));
        for (const { subject: text, type } of some) {
          const event = eventOf(text, { type });
          const wanted = new Set(
            left
              .filter(([each, , answer]) => answer !== false && fits(each, event))
              .map(([, target]) => target),
          );
          expect(found(index, event)).toEqual([...wanted].toSorted());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('and so does the test of one pattern', () => {
    fc.assert(
      fc.property(subject, fc.option(subject, { nil: undefined }), (pattern, text) => {
        fc.pre(pattern !== '' && !/>./.test(pattern));
        expect(subjectMatches(pattern, text)).toBe(text !== undefined && naive(pattern, text));
      }),
      { numRuns: 500 },
    );
  });

  it('a `>` that is not last fits nothing', () => {
    expect(subjectMatches('a.>.c', 'a.b.c')).toBe(false);
    expect(matchOf([[{ subject: 'a.>.c' }, 'x']], eventOf('a.b.c'))).toEqual([]);
    expect(matchOf([[{ subject: 'a.>.c' }, 'x']], eventOf('a.>.c'))).toEqual([]);
    expect(subjectMatches('a.>.c', 'a.>.c')).toBe(false);
  });
});
