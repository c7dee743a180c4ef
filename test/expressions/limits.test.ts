import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/expressions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { errorOf } from './evaluate.ts';

const items = Array.from({ length: 1_000 }, (_, i) => i);
const scope = {
  items,
  text: 'a'.repeat(100_000),
  half: 'a'.repeat(20_000),
  big: Array.from({ length: 200_000 }, () => 0),
};

/** Doubles by binding: each level has twice the length of the one inside it. */
const doubled = (seed: string, double: string, times: number) =>
  `${seed}${`.map(a, ${double})[0]`.repeat(times)}`.replace(seed, `[${seed}][0]`);

describe('an expression that never ends is stopped', () => {
  it.each([
    ['nested macros', 'items.all(a, items.all(b, items.all(c, a + b + c >= 0)))', 'expressionSteps'],
    ['a macro that fails each time', 'items.exists(a, items.exists(b, b / 0 == 1))', 'expressionSteps'],
    ['a large list in a macro', 'big.map(a, a)', 'expressionSteps'],
    ['a large range', 'lists.range(1000000)', 'expressionSteps'],
    ['a huge range', 'lists.range(1000000000)', 'expressionResult'],
    ['a search for equals', 'items.map(a, a in big)', 'expressionSteps'],
    ['a deep comparison', 'items.all(a, items == items + [] || true)', 'expressionSteps'],
    ['long texts in a macro', 'items.map(a, text + text)', 'expressionSteps'],
    ['splitting', 'text.split("")', 'expressionSteps'],
    ['patterns over long texts', 'items.map(a, text.matches("(a*)*b"))', 'expressionSteps'],
    ['patterns made as it runs', 'items.map(a, "x".matches("(a{100}){10}" + string(a)))', 'expressionSteps'],
    [
      'a text that doubles',
      `cel.bind(a, text + text, cel.bind(b, a + a, cel.bind(c, b + b, c + c)))`,
      'expressionResult',
    ],
    ['a text replaced by longer ones', 'text.substring(0, 5000).replace("a", text)', 'expressionResult'],
    ['a nested list that doubles', doubled('[1]', '[[a, a]]', 30), 'expressionResult'],
    ['a search that compares each with each', 'text.contains(half + "b" + half)', 'expressionSteps'],
    ['a search from the end', 'text.lastIndexOf(half + "b")', 'expressionSteps'],
    [
      'long texts that are equal but for their ends',
      'items.all(a, half + "b" != half + "c")',
      'expressionSteps',
    ],
    ['sorting', 'items.map(a, items.sort())', 'expressionSteps'],
  ])('%s', (_, text, limit) => {
    const expression = compileExpression(text);
    const error = errorOf(() => expression.evaluate(scope));
    expect(error.code).toBe('EXPRESSION_LIMIT');
    expect(error.details).toMatchObject({ limit, maximum: LIMITS[limit as 'expressionSteps'] });
  });

  it('and || does not hide that', () => {
    const expression = compileExpression('items.all(a, items.all(b, items.all(c, true))) || true');
    expect(errorOf(() => expression.evaluate(scope)).code).toBe('EXPRESSION_LIMIT');
  });

  it('by counted steps, so at the same element each time', () => {
    const limits = { ...LIMITS, expressionSteps: 100 };
    const expression = compileExpression('lists.range(n).map(a, a + 1)', { limits });
    expect(expression.evaluate({ n: 33 })).toHaveLength(33);
    expect(errorOf(() => expression.evaluate({ n: 34 })).code).toBe('EXPRESSION_LIMIT');
  });
});

describe('ordinary work stays far within the limits', () => {
  it('a predicate over ten thousand members', () => {
    const members = Array.from({ length: 10_000 }, (_, i) => ({ ok: true, index: i }));
    expect(compileExpression('members.all(m, m.ok && m.index >= 0)').evaluate({ members })).toBe(true);
  });

  it('a linear pattern over a text that makes a backtracking engine hang', () => {
    const expression = compileExpression("text.matches('^(a+)+$')");
    expect(expression.evaluate({ text: `${'a'.repeat(5_000)}!` })).toBe(false);
  });
});
