import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePayloadTemplate } from '../../../src/expressions/jsonpath/index.ts';
import { failureOf, refusalOf, scopeOf } from './evaluate.ts';

const evaluate = (template: unknown, input: unknown) =>
  compilePayloadTemplate(template).evaluate(scopeOf(input));

describe('a payload template', () => {
  it('evaluates the keys that end in ".$", at any depth, and takes the rest as it stands', () => {
    const template = {
      'a.$': '$.x',
      b: [{ 'c.$': "States.Format('{}!', $.x)" }, '$.x', 1],
      'd.$.e': '$.x',
      text: 'States.UUID()',
      nested: { 'all.$': '$' },
    };
    expect(evaluate(template, { x: 1 })).toEqual({
      a: 1,
      b: [{ c: '1!' }, '$.x', 1],
      'd.$.e': '$.x',
      text: 'States.UUID()',
      nested: { all: { x: 1 } },
    });
  });

  it('without such keys is itself', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        fc.pre(!/\.\$":|"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));
        const template = compilePayloadTemplate(value);
        expect(template).toMatchObject({ constant: true, variables: [], usesContext: false });
        expect(template.evaluate(scopeOf({}))).toBe(value);
      }),
    );
  });

  it('shares what is constant, and hands on what it reads', () => {
    const constant = { k: 1 };
    const input = { x: { y: 1 } };
    const value = evaluate({ 'a.$': '$.x', constant }, input) as Record<string, unknown>;
    expect(value['a']).toBe(input.x);
    expect(value['constant']).toBe(constant);
  });

  it('tells what it reads', () => {
    expect(compilePayloadTemplate({ 'a.$': '$v.x', b: [{ 'c.$': '$$.State' }] })).toMatchObject({
      constant: false,
      variables: ['v'],
      usesContext: true,
    });
  });

  it('names the field whose path finds nothing', () => {
    expect(failureOf(() => evaluate({ a: { 'b.$': '$.no' } }, { x: 1 }))).toMatchObject({
      error: 'States.Runtime',
      reason: `The JSONPath '$.no' specified for the field 'b.$' could not be found in the input '{"x":1}'`,
    });
  });

  it.each([
    [{ a: [{ 'b/c.$': '$.x[' }] }, '/a/0/b~1c.$'],
    [{ 'a.$': 1 }, '/a.$'],
    [{ 'a.$': 'x' }, '/a.$'],
  ])('%j is refused with a pointer', (template, pointer) => {
    expect(refusalOf(() => compilePayloadTemplate(template))).toMatchObject({
      code: 'INVALID_EXPRESSION',
      place: { pointer },
    });
  });

  it('has no keys that could reach a prototype, and is not nested without end', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`);
    expect(refusalOf(() => compilePayloadTemplate(JSON.parse('{"__proto__.$": "$"}')))).toMatchObject({
      code: 'UNSAFE_KEY',
    });
    expect(refusalOf(() => compilePayloadTemplate(deep))).toMatchObject({ code: 'NESTING_TOO_DEEP' });
  });
});
