// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the templates of the language, not of the program.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression, compileTemplate } from '../../src/expressions/index.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';

const names = ['x', 'y', 'event', 'constructor', '__proto__', 'toString', 'length', 'prototype'];
const literal = fc.oneof(
  fc.integer({ min: 0, max: 1000 }).map(String),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((number) => number.toFixed(3)),
  fc.constantFrom('true', 'false', 'null', '"a"', "''", '"}"', 'x', 'y', 'event', '[]', '{}'),
);

/** Expressions that parse, mostly ill-typed. */
const expressionText = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    literal,
    fc
      .tuple(
        tie('node'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '<', '>=', '&&', '||', 'in'),
        tie('node'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('node'), fc.constantFrom(...names)).map(([target, name]) => `${target}.${name}`),
    fc.tuple(tie('node'), tie('node')).map(([target, index]) => `${target}[${index}]`),
    fc
      .tuple(tie('node'), fc.constantFrom('all', 'exists', 'map', 'filter', 'sortBy'), tie('node'))
      .map(([target, macro, body]) => `${target}.${macro}(i, ${body})`),
    fc
      .tuple(fc.constantFrom('size', 'string', 'int', 'type', '-', '!', 'lists.range'), tie('node'))
      .map(([name, value]) => `${name}(${value})`),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => `[${first}, ${second}]`),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => `{"a": ${first}, "b": ${second}}`),
    fc
      .tuple(tie('node'), fc.constantFrom('split', 'contains', 'matches'), tie('node'))
      .map(([target, name, value]) => `${target}.${name}(${value})`),
  ),
})).node;

const scopes = fc.record({ x: fc.jsonValue(), y: fc.jsonValue(), event: fc.jsonValue() });

type Outcome = { readonly value: unknown } | { readonly code: string; readonly message: string };

function outcome(text: string, scope: object): Outcome {
  try {
    return { value: compileExpression(text).evaluate(scope) };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('for any expression and data', () => {
  it('the outcome is a JSON value or a coded error, and the same each time', () => {
    fc.assert(
      fc.property(expressionText, scopes, (text, scope) => {
        const first = outcome(text, scope);
        if ('value' in first) expect(JSON.parse(JSON.stringify(first.value))).toEqual(positive(first.value));
        expect(outcome(text, scope)).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
  });

  it('the data are left as they were', () => {
    fc.assert(
      fc.property(expressionText, scopes, (text, scope) => {
        const before = JSON.stringify(scope);
        outcome(text, scope);
        expect(JSON.stringify(scope)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('no function and no prototype comes out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.constantFrom(...names), (first, second) => {
        for (const text of [
          `x.${first}`,
          `x["${first}"]`,
          `x.${first}.${second}`,
          `x.?${first}`,
          `y.${first}`,
        ]) {
          const result = outcome(text, { x: { x: {} }, y: [1], event: 'text' });
          if ('value' in result && result.value !== null) expect(result.value).toEqual({});
          expect(outcome(`has(x.${first})`, { x: {} })).toHaveProperty('value', false);
        }
      }),
    );
  });

  it('arbitrary text is an expression or a coded error', () => {
    const characters = fc.constantFrom(...`()[]{}.?:,'"\\\\rb!-+/x1e0u \n\${}`);
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 60 }), (text) => {
        outcome(text.join(''), { x: 1 });
      }),
      { numRuns: 3_000 },
    );
  });

  it('it stops within its steps, and more steps never change a value', () => {
    const few = { ...LIMITS, expressionSteps: 50 };
    fc.assert(
      fc.property(expressionText, scopes, (text, scope) => {
        let value: unknown;
        try {
          value = compileExpression(text, { limits: few }).evaluate(scope);
        } catch (error) {
          expect(error).toBeInstanceOf(TidegateError);
          return;
        }
        expect(outcome(text, scope)).toEqual({ value });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('for any JSON', () => {
  it('a template without ${ is the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('${'));
        const template = compileTemplate(value);
        expect(template.constant).toBe(true);
        expect(template.evaluate({})).toBe(value);
      }),
    );
  });

  it('the value comes through a template and an expression unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(compileTemplate({ a: ['${x}'] }).evaluate({ x: value })).toEqual({ a: [value] });
        expect(compileExpression('x == y').evaluate({ x: value, y: structuredClone(value) })).toBe(true);
      }),
    );
  });

  it('arbitrary text is a template or a coded error', () => {
    const parts = fc.constantFrom('${', '}', '$', "'", '"', 'x', '{', '//', '\n', ' ', '1', '$${');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (text) => {
        try {
          compileTemplate(text.join('')).evaluate({ x: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(TidegateError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

/** JSON has no negative zero; data made in the program may. */
function positive(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
