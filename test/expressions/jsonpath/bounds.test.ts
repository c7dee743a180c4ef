import { describe, expect, it } from 'vitest';
import { compileChoiceRule } from '../../../src/expressions/choice/index.ts';
import {
  compilePath,
  compilePathOrIntrinsic,
  compilePayloadTemplate,
} from '../../../src/expressions/jsonpath/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { evaluate, failureOf, refusalOf, scopeOf } from './evaluate.ts';

/** An object in an object, forty levels deep. */
const nested = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`);

const wide = {
  nested,

  list: Array.from({ length: 20_000 }, (_, id) => ({ id, of: { parent: id } })),
  text: 'a'.repeat(500_000),
};

describe('what goes beyond a limit ends in a failure', () => {
  it.each([
    ['$.list[?(@.id in $..id)]', 'expressionSteps'],
    ['$.nested..*..*..*..*..*..*', 'expressionSteps'],
    ['$.list[?(@.id == 1 || $.text =~ /(a*)*b/)]', 'expressionSteps'],
    ["States.Format('{}{}{}', $.text, $.text, $.text)", 'expressionResult'],
    ['States.JsonToString(States.Array($.text, $.text, $.text))', 'expressionResult'],
    ['States.ArrayContains(States.Array($.list, $.list), States.Array($.list))', undefined],
  ])('%s', (text, limit) => {
    if (limit === undefined) return expect(evaluate(text, wide)).toBe(false);
    const failure = failureOf(() => evaluate(text, wide));
    expect(failure.error).toBe('States.Runtime');
    return expect(failure.reason).toContain(`went beyond the limit ${limit} of`);
  });

  it('for all fields of a template together', () => {
    const template = compilePayloadTemplate(
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.$`, '$..id'])),
    );
    expect(failureOf(() => template.evaluate(scopeOf(wide))).reason).toContain('expressionSteps');
  });

  it('for all comparisons of a rule together', () => {
    const rule = { Or: Array.from({ length: 50 }, () => ({ Variable: '$..nothing', IsPresent: true })) };
    expect(failureOf(() => compileChoiceRule(rule).test(scopeOf(wide))).reason).toContain('expressionSteps');
  });

  it('for data deeper than data may be', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const text of [
      'States.JsonToString($.deep)',
      "States.Format('{}', $.deep)",
      'States.ArrayUnique($.deep)',
    ]) {
      expect(failureOf(() => evaluate(text, { deep })).reason).toContain('jsonDepth');
    }
    expect(evaluate('$..nothing', { deep })).toEqual([]);
  });
});

describe('what is too large is refused when it is compiled', () => {
  it.each([
    [`$${'.a'.repeat(5_000)}`, 'expressionLength'],
    [`$[?(${'('.repeat(100)}@.a${')'.repeat(100)})]`, 'expressionDepth'],
    [`$${'[?(@'.repeat(100)}`, 'expressionDepth'],
    [`$[?(${'!'.repeat(100)}@.a)]`, 'expressionDepth'],
    [`$[?(@.a in ${'['.repeat(100)}`, 'expressionDepth'],
    [`${'States.Array('.repeat(100)}${')'.repeat(100)}`, 'expressionDepth'],
  ])('%s', (text, limit) => {
    expect(refusalOf(() => compilePathOrIntrinsic(text))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { limit },
    });
  });

  it('a rule within rules without end', () => {
    let rule: unknown = { Variable: '$.a', IsPresent: true };
    for (let i = 0; i < 10_000; i++) rule = { Not: rule };
    expect(refusalOf(() => compileChoiceRule(rule))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('a pattern that repeats itself too often', () => {
    expect(refusalOf(() => compilePath('$[?(@.a =~ /((a{1000}){1000}){1000}/)]'))).toMatchObject({
      code: 'INVALID_EXPRESSION',
    });
  });
});

it('the limits are those that are handed in', () => {
  const limits = { ...LIMITS, expressionSteps: 10 };
  expect(() => compilePath('$..id', limits).evaluate(scopeOf(wide))).toThrow('expressionSteps of 10');
});
