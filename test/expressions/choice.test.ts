import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARISON_OPERATORS, compileChoiceRule } from '../../src/expressions/choice/index.ts';
import { compileWildcards } from '../../src/expressions/choice/string-matches.ts';
import { failureOf, refusalOf, scopeOf } from './jsonpath/evaluate.ts';

const test = (rule: unknown, input: unknown, variables?: Record<string, unknown>) =>
  compileChoiceRule(rule).test(scopeOf(input, variables));

const compare = (operator: string, value: unknown, expected: unknown) =>
  test({ Variable: '$.x', [operator]: expected }, { x: value });

it('there are thirty-nine comparison operators', () => {
  expect(new Set(COMPARISON_OPERATORS).size).toBe(39);
});

const EARLIER = '2026-03-01T12:00:00.000000001+01:00';
const LATER = '2026-03-01T11:00:00.000000002Z';

describe.each<[string, unknown, unknown]>([
  ['Numeric', 1, 1.5],
  ['Numeric', -0.5, 0],
  ['String', 'AB', 'ABC'],
  ['String', 'B', 'a'],
  ['String', '10', '9'],
  ['Timestamp', EARLIER, LATER],
])('%s operators order %j before %j', (family, less, more) => {
  it.each<[string, boolean, boolean, boolean]>([
    ['Equals', false, true, false],
    ['LessThan', true, false, false],
    ['LessThanEquals', true, true, false],
    ['GreaterThan', false, false, true],
    ['GreaterThanEquals', false, true, true],
  ])('%s', (order, below, same, above) => {
    const operator = `${family}${order}`;
    expect(compare(operator, less, more)).toBe(below);
    expect(compare(operator, more, more)).toBe(same);
    expect(compare(operator, more, less)).toBe(above);
    const byPath = (x: unknown, y: unknown) =>
      test({ Variable: '$.x', [`${operator}Path`]: '$.y' }, { x, y });
    expect([byPath(less, more), byPath(more, more), byPath(more, less)]).toEqual([below, same, above]);
  });
});

describe('a value of another type is not what is compared', () => {
  const values = [null, true, 1, 'x', '1', [1], {}, '2026-03-01'];
  it.each<[string, unknown, (value: unknown) => boolean]>([
    ['NumericGreaterThanEquals', -1, (value) => typeof value === 'number'],
    ['StringGreaterThanEquals', '', (value) => typeof value === 'string'],
    ['TimestampGreaterThanEquals', '0001-01-01T00:00:00Z', () => false],
    ['BooleanEquals', true, (value) => value === true],
    ['StringMatches', '*', (value) => typeof value === 'string'],
  ])('%s', (operator, expected, holds) => {
    expect(values.map((value) => compare(operator, value, expected))).toEqual(values.map(holds));
  });
});

describe('tests of types', () => {
  const values = [
    null,
    true,
    1,
    'x',
    [],
    {},
    '2026-03-01T12:00:00Z',
    '2026-03-01T12:00:00',
    '2026-13-01T12:00:00Z',
  ];
  it.each<[string, (value: unknown, at: number) => boolean]>([
    ['IsNull', (value) => value === null],
    ['IsBoolean', (value) => value === true],
    ['IsNumeric', (value) => value === 1],
    ['IsString', (value) => typeof value === 'string'],
    ['IsTimestamp', (_value, at) => at === 6],
    ['IsPresent', () => true],
  ])('%s', (operator, holds) => {
    expect(values.map((value) => compare(operator, value, true))).toEqual(values.map(holds));
    expect(values.map((value) => compare(operator, value, false))).toEqual(
      values.map((value, at) => !holds(value, at)),
    );
  });

  it('IsPresent asks whether there is a value', () => {
    expect(test({ Variable: '$.y', IsPresent: true }, { x: 1 })).toBe(false);
    expect(test({ Variable: '$.y.z', IsPresent: false }, { x: 1 })).toBe(true);
    expect(test({ Variable: '$nothing', IsPresent: false }, {})).toBe(true);
    expect(test({ Variable: '$.x[*]', IsPresent: true }, { x: [] })).toBe(false);
    expect(test({ Variable: '$.x[*]', IsPresent: true }, { x: [1] })).toBe(true);
  });
});

describe('StringMatches', () => {
  it.each<[string, string, boolean]>([
    ['log-*.txt', 'log-2026.txt', true],
    ['log-*.txt', 'log-.txt', true],
    ['log-*.txt', 'log-.tx', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'acb', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\\\*', '\\x', true],
    ['a.c', 'abc', false],
    ['(*', '(((', true],
    ['*line*', 'one\nline\ntwo', true],
  ])('%j on %j', (pattern, text, expected) => {
    expect(compare('StringMatches', text, pattern)).toBe(expected);
  });

  it('does what a regular expression of the same meaning does', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b', '*', '\\'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const patterns = fc
      .array(fc.constantFrom('a', 'b', '*', '\\*', '\\\\'), { maxLength: 6 })
      .map((parts) => [parts.join(''), parts.map((part) => (part === '*' ? '.*' : part)).join('')]);
    fc.assert(
      fc.property(patterns, texts, ([pattern, expression], text) => {
        expect(compileWildcards(pattern!)(text)).toBe(new RegExp(`^${expression}$`, 's').test(text));
      }),
    );
  });

  it('takes no longer for many stars', () => {
    expect(compare('StringMatches', 'a'.repeat(100_000), `${'*a'.repeat(1_000)}*b`)).toBe(false);
  });
});

describe('And, Or and Not', () => {
  const is = (value: number) => ({ Variable: '$.x', NumericEquals: value });
  it.each<[unknown, boolean]>([
    [{ And: [is(1)] }, true],
    [{ And: [is(1), is(2)] }, false],
    [{ Or: [is(2), is(1)] }, true],
    [{ Or: [is(2), is(3)] }, false],
    [{ Not: is(2) }, true],
    [{ Not: { And: [is(1), { Not: is(1) }] } }, true],
  ])('%j', (rule, expected) => {
    expect(test({ ...(rule as object), Next: 'S', Comment: 'c' }, { x: 1 })).toBe(expected);
  });

  it('look no further than they need to', () => {
    const missing = { Variable: '$.y', NumericEquals: 1 };
    expect(test({ And: [{ Variable: '$.y', IsPresent: true }, missing] }, { x: 1 })).toBe(false);
    expect(test({ Or: [is(1), missing] }, { x: 1 })).toBe(true);
  });
});

describe('a path of a rule that gives no value it can use', () => {
  it.each<[unknown, string]>([
    [{ Variable: '$.y', StringEquals: 'a' }, '$.y'],
    [{ Variable: '$.y', IsNull: true }, '$.y'],
    [{ Not: { Variable: '$.y.z', NumericEquals: 1 } }, '$.y.z'],
    [{ Variable: '$.x', NumericEqualsPath: '$.y' }, '$.y'],
    [{ Variable: '$.x', StringEqualsPath: '$.x' }, '$.x'],
    [{ Variable: '$.x', TimestampLessThanPath: '$.text' }, '$.text'],
    [{ Variable: '$$.y', StringEquals: 'a' }, '$$.y'],
  ])('%j', (rule, path) => {
    expect(failureOf(() => test(rule, { x: 1, text: 'a' }))).toMatchObject({
      error: 'States.Runtime',
      reason: `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    });
  });
});

describe('a rule over an input that is null', () => {
  it.each<unknown>([
    { Variable: '$', IsString: true },
    { Variable: '$', IsNull: true },
    { Variable: '$.x', StringEquals: 'a' },
    { Variable: '$$.State.Name', StringEqualsPath: '$.x' },
  ])('%j fails', (rule) => {
    expect(failureOf(() => test(rule, null))).toMatchObject({
      error: 'States.Runtime',
      reason: 'Unable to apply Path transformation to null or empty input.',
    });
  });

  it('may ask for anything else', () => {
    expect(test({ Variable: '$$.State.Name', StringEquals: 'S' }, null)).toBe(true);
    expect(test({ Variable: '$v', IsNull: true }, null, { v: null })).toBe(true);
    expect(test({ Variable: '$.x', IsPresent: false }, null)).toBe(true);
  });
});

it('a rule tells what it reads', () => {
  const rule = {
    And: [
      { Variable: '$a', StringEqualsPath: '$b.c' },
      { Variable: '$$.State.Name', StringEquals: 'S' },
    ],
  };
  expect(compileChoiceRule(rule)).toMatchObject({ variables: ['a', 'b'], usesContext: true });
  expect(test(rule, {}, { a: 'x', b: { c: 'x' } })).toBe(true);
});

describe('a rule that is wrong is refused with a pointer', () => {
  it.each<[unknown, string]>([
    [1, ''],
    [{}, ''],
    [{ Variable: '$.x' }, ''],
    [{ Variable: '$.x', StringEquals: 'a', NumericEquals: 1 }, ''],
    [{ StringEquals: 'a' }, '/Variable'],
    [{ Variable: 'x', StringEquals: 'a' }, '/Variable'],
    [{ Variable: '$.x', StringEquals: 1 }, '/StringEquals'],
    [{ Variable: '$.x', StringEqualsPath: 'x' }, '/StringEqualsPath'],
    [{ Variable: '$.x', TimestampEquals: '2026-03-01' }, '/TimestampEquals'],
    [{ Variable: '$.x', IsNull: 'true' }, '/IsNull'],
    [{ And: [] }, '/And'],
    [{ Or: [{ Not: { Variable: '$.x', StringMatches: 1 } }] }, '/Or/0/Not/StringMatches'],
  ])('%j', (rule, pointer) => {
    expect(refusalOf(() => compileChoiceRule(rule))).toMatchObject({
      code: 'INVALID_EXPRESSION',
      place: { pointer },
    });
  });
});
