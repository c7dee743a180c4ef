/** What is random in a state: the same when a step is repeated, and nowhere else. */
import { describe, expect, it } from 'vitest';
import type { QueryEnvironment } from '../../src/expressions/index.ts';
import { type AnyQuery, compileQuery } from '../../src/expressions/query/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const environment = (run: object = {}, token: object = {}): QueryEnvironment => ({
  event: { specversion: '1.0', id: 'e', source: '/w/r', type: 't', data: null, token: { turn: 4, ...token } },
  context: {},
  run: { id: 'r', workflow: 'w', input: null, labels: {}, startedAt: 0, ...run },
  vars: {},
  item: null,
  index: null,
  now: 1000,
  state: { name: 'S', type: 'Pass' },
});
const UUID = '{% $uuid() %}';
const jsonata = (field: string, template: unknown = UUID): AnyQuery => ({
  language: 'JSONata',
  from: 'input',
  template,
  field,
});
const built = (template: unknown, ...more: readonly unknown[]): AnyQuery => ({
  language: 'JSONPath',
  from: 'input',
  steps: [template, ...more].map((build) => ({ build, field: 'Parameters' })),
});
const given = (query: AnyQuery, from = environment()) => compileQuery(query, LIMITS)(from);

describe('a UUID', () => {
  it('is the same again', () => {
    expect(given(jsonata('Output'))).toEqual(given(jsonata('Output')));
  });

  it.each([
    ['field', jsonata('Assign'), environment()],
    ['run', jsonata('Output'), environment({ id: 's' })],
    ['entry of its state', jsonata('Output'), environment({}, { turn: 6 })],
    ['attempt', jsonata('Output'), environment({}, { attempt: 2 })],
  ])('is another one in another %s', (_, query, from) => {
    expect(given(query, from)).not.toEqual(given(jsonata('Output')));
  });

  it('is another one for each item of a batch', () => {
    const items = { language: 'JSONPath', from: 'input', steps: [{ constant: [1, 2, 3] }] } as const;
    for (const select of [jsonata('ItemSelector'), built({ 'id.$': 'States.UUID()' })]) {
      const list = given({ language: 'items', items, select } as AnyQuery) as unknown[];
      expect(new Set(list.map((each) => JSON.stringify(each))).size).toBe(3);
    }
  });

  it('is the same in what Assign and the output of a state of JSONPath have in common', () => {
    const parameters = { 'id.$': 'States.UUID()' };
    const assigned = given(built(parameters, { 'id.$': '$.id', 'own.$': 'States.UUID()' }));
    const { id } = given(built(parameters)) as { id: string };
    expect(assigned).toEqual({ id, own: expect.not.stringContaining(id) });
  });

  it('is another one in the error and in the cause', () => {
    const text = (field: string): AnyQuery => ({
      language: 'JSONPath',
      from: 'input',
      steps: [{ select: 'States.UUID()', field }],
      require: { kind: 'text', field, text: '' },
    });
    expect(given(text('ErrorPath'))).not.toEqual(given(text('CausePath')));
  });

  it('is another one in runs that a hash of 32 bits cannot tell apart', () => {
    const uuid = compileQuery(jsonata('Output'), LIMITS);
    const met = new Set<unknown>();
    for (const from of [16_900, 233_740]) {
      for (let i = from; i < from + 200; i++) met.add(uuid(environment({ id: `r${i}` })));
    }
    expect(met.size).toBe(400);
  });
});

it('numbers spread evenly, also the first ones of runs', () => {
  const random = compileQuery(jsonata('Output', '{% [$random(), $random()] %}'), LIMITS);
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 5_000; i++) {
    for (const each of random(environment({ id: `r${i}` })) as number[]) {
      tenths[Math.floor(each * 10)]! += 1;
    }
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

it('rules of a Choice draw each on its own', () => {
  const rules = [0, 1].map((n) =>
    compileQuery(jsonata(`Choices[${n}]/Condition`, '{% $random() < 0.5 %}'), LIMITS),
  );
  const chosen = Array.from({ length: 100 }, (_, i) =>
    rules.findIndex((rule) => rule(environment({ id: `r${i}` })) === true),
  );
  expect([...new Set(chosen)].sort()).toEqual([-1, 0, 1]);
});
