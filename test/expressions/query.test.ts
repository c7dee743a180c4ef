import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, type Query } from '../../src/expressions/index.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { Failure } from '../../src/model/failure.ts';

const environment = (data: unknown, more: object = {}) => ({
  event: {
    specversion: '1.0',
    id: 'e',
    source: '/w/r',
    type: 't',
    data,
    token: { turn: 4, at: 0, input: { raw: 1 } },
  },
  context: { results: [1, 2] },
  run: { id: 'r', workflow: 'w', input: data, labels: {}, startedAt: 0, version: 1 },
  vars: { limit: 7 },
  item: null,
  index: null,
  now: 1000,
  state: { name: 'S', type: 'Task' },
  ...more,
});
const computed = (query: unknown, data: unknown, more?: object) =>
  compileTemplate({ $query: query }).evaluate(environment(data, more));

describe('a query', () => {
  it('applies the steps of a state one after the other', () => {
    const query: Query = {
      language: 'JSONPath',
      from: 'result',
      steps: [
        { select: '$.order', field: 'InputPath' },
        { build: { 'id.$': '$.id', 'limit.$': '$limit', 'name.$': '$$.State.Name' }, field: 'Parameters' },
        { put: '$.made', field: 'ResultPath' },
      ],
    };
    expect(computed(query, { order: { id: 3 } })).toEqual({ raw: 1, made: { id: 3, limit: 7, name: 'S' } });
  });

  it.each([
    ['input', { a: 1 }],
    ['result', { a: 1 }],
    ['results', [1, 2]],
    ['held', { raw: 1 }],
  ])('begins with what "%s" names', (from, expected) => {
    expect(computed({ language: 'JSONPath', from, steps: [] }, { a: 1 })).toEqual(expected);
  });

  it('tells the error of an engine code by the name that the language has for it', () => {
    const query = { language: 'JSONPath', from: 'error', steps: [] };
    expect(computed(query, { error: 'EFFECT_TIMEOUT', cause: 'did not report' })).toEqual({
      Error: 'States.Timeout',
      Cause: '',
    });
    expect(computed(query, { error: 'Mine', cause: 'why' })).toEqual({ Error: 'Mine', Cause: 'why' });
    expect(computed(query, { error: null, cause: null })).toEqual({});
  });

  it('selects items and puts them into batches within both bounds', () => {
    const number = (constant: number) => ({ language: 'JSONPath', from: 'input', steps: [{ constant }] });
    const query = {
      language: 'items',
      items: { language: 'JSONPath', from: 'input', steps: [] },
      select: {
        language: 'JSONPath',
        from: 'input',
        steps: [{ build: { 'at.$': '$$.Map.Item.Index' }, field: 'ItemSelector' }],
      },
      batch: {
        maxItems: number(2),
        maxBytes: number(1000),
        input: { language: 'JSONPath', from: 'held', steps: [] },
      },
    };
    expect(computed(query, ['a', 'b', 'c'])).toEqual([
      { BatchInput: { raw: 1 }, Items: [{ at: 0 }, { at: 1 }] },
      { BatchInput: { raw: 1 }, Items: [{ at: 2 }] },
    ]);
    const tight = { ...query, batch: { maxBytes: number(21) } };
    expect(computed(tight, ['a', 'b'])).toEqual([{ Items: [{ at: 0 }] }, { Items: [{ at: 1 }] }]);
    expect(() => computed({ ...query, batch: { maxBytes: number(5) } }, ['a'])).toThrow(Failure);
  });

  it('draws the same for the same entry of a state, and another for the next', () => {
    const query = {
      language: 'JSONPath',
      from: 'input',
      steps: [{ build: { 'id.$': 'States.UUID()' }, field: 'Parameters' }],
    };
    expect(computed(query, {})).toEqual(computed(query, {}));
    const event = { ...environment({}).event, token: { turn: 6 } };
    expect(computed(query, {}, { event })).not.toEqual(computed(query, {}));
  });

  it('that is none is refused where it is compiled, whatever it holds', () => {
    const bad = [
      null,
      [],
      {},
      { language: 'SQL', from: 'input', steps: [] },
      { language: 'JSONPath', from: 'nowhere', steps: [] },
      { language: 'JSONPath', from: 'input', steps: {} },
      { language: 'JSONPath', from: 'input', steps: [{ jump: 1 }] },
      { language: 'JSONPath', from: 'input', steps: [{ select: 7 }] },
      { language: 'JSONPath', from: 'input', steps: [{ select: '$..[', field: 'InputPath' }] },
      { language: 'JSONPath', from: 'input', steps: [], require: { kind: 'luck' } },
      { language: 'items', items: 3 },
    ];
    for (const query of bad)
      expect(() => compileTemplate({ $query: query }), JSON.stringify(query)).toThrow(TidegateError);
    fc.assert(
      fc.property(fc.jsonValue(), (query) => {
        try {
          compileTemplate({ $query: query });
        } catch (error) {
          expect(error).toBeInstanceOf(TidegateError);
        }
      }),
    );
  });
});
