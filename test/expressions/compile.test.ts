import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/expressions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { errorOf } from './evaluate.ts';

describe('what is wrong in the text of an expression is found when it is compiled', () => {
  it.each([
    ['', 'Unexpected token: EOF', 1, 1],
    ['1 +', 'Unexpected token: EOF', 1, 4],
    ['a\n  == = 2', 'Unexpected character', 2, 6],
    ['"abc', 'unterminated string', 1, 1],
    ['1 2', 'Unexpected character', 1, 3],
    ['b"x"', 'bytes are not supported', 1, 1],
    ['now()', 'unknown function "now"', 1, 1],
    ['event.constructor("x")', 'unknown function "constructor"', 1, 1],
    ['__proto__', 'Reserved identifier', 1, 1],
    ['constructor', 'unknown variable', 1, 1],
    ['toString.x', 'unknown variable', 1, 1],
    ['startsWith("a", "b")', 'is a method: write x.startsWith', 1, 1],
    ['"a".int()', 'is a function: write int(x)', 1, 1],
    ['size(1, 2)', 'takes 1 arguments, not 2', 1, 1],
    ['"a".substring()', 'takes 1 to 2 arguments, not 0', 1, 1],
    ['[1].map(1, 2)', 'invalid predicate iteration variable', 1, 9],
    ['has(x)', 'has() wants a member', 1, 5],
    ['x.matches("(a")', 'invalid pattern', 1, 1],
    ['x.matches("(?=a)b")', 'invalid pattern', 1, 1],
    ['x.matches("(abcdefghijkl){1000}")', 'a pattern of about', 1, 1],
    ['9007199254740993', 'beyond 2^53', 1, 1],
    ['{1: 2}', 'the keys of a map are strings', 1, 2],
    ['{"__proto__": 2}', 'the key "__proto__" is refused', 1, 2],
    ['Foo{a: 1}', 'Unexpected character', 1, 4],
  ])('%s', (text, cause, line, column) => {
    const error = errorOf(() => compileExpression(text));
    expect(error.code).toBe('INVALID_EXPRESSION');
    expect(error.message).toContain(cause);
    expect(error.place).toEqual({ line, column });
  });

  it('a variable that is not among the given ones', () => {
    const error = errorOf(() => compileExpression('event.x == evnt.y', { variables: ['event', 'run'] }));
    expect(error.code).toBe('INVALID_EXPRESSION');
    expect(error.message).toContain('unknown variable "evnt"; there are event, run');
    expect(error.place).toEqual({ line: 1, column: 12 });
  });

  it('but the variable of a macro is no top-level variable', () => {
    const expression = compileExpression('event.list.all(i, i > 0)', { variables: ['event'] });
    expect(expression.references).toEqual(['event']);
  });
});

describe('text from an adversary gets a coded error, never a stack overflow', () => {
  const limits = { ...LIMITS, expressionLength: 1_000_000 };
  it.each([
    ['parentheses', '('.repeat(10_000)],
    ['balanced parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['lists', '['.repeat(10_000)],
    ['maps', '{"a":'.repeat(10_000)],
    ['minus signs', `${'-'.repeat(100_000)}1`],
    ['minus signs apart', `${'- // x\n'.repeat(50_000)}1`],
    ['negations', `${'!'.repeat(100_000)}x`],
    ['conditionals', `${'a ? b : '.repeat(10_000)}c`],
    ['calls', 'size('.repeat(10_000)],
    ['members', `a${'.b'.repeat(10_000)}`],
    ['indices', `a${'[0]'.repeat(10_000)}`],
    ['sums', `1${'+1'.repeat(10_000)}`],
    ['signs and brackets', `${'-!('.repeat(30)}x${')'.repeat(30)}`],
  ])('%s', (_, text) => {
    const error = errorOf(() => compileExpression(text, { limits }));
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.details).toMatchObject({ limit: 'expressionDepth' });
  });

  it('text beyond the length limit is not even read', () => {
    const error = errorOf(() => compileExpression('('.repeat(10_000)));
    expect(error.details).toMatchObject({ limit: 'expressionLength', actual: 10_000 });
  });

  it('a long chain of || is one level', () => {
    const text = Array.from({ length: 500 }, (_, i) => `x == ${i}`).join(' || ');
    expect(compileExpression(text).evaluate({ x: 499 })).toBe(true);
  });
});

describe('an expression tells what it reads', () => {
  it.each([
    ['1', [], []],
    [
      'event.data.x > context.count',
      ['event', 'context'],
      [
        ['event', 'data', 'x'],
        ['context', 'count'],
      ],
    ],
    [
      'results.a.x[event.i].y',
      ['results', 'event'],
      [
        ['results', 'a', 'x'],
        ['event', 'i'],
      ],
    ],
    ['results["a-b"].?x', ['results'], [['results', 'a-b', 'x']]],
    ['has(results.a.x)', ['results'], [['results', 'a', 'x']]],
    [
      'results.a.map(r, r.ok && event.ok)',
      ['results', 'event'],
      [
        ['results', 'a'],
        ['event', 'ok'],
      ],
    ],
    ['event', ['event'], [['event']]],
    ['event.x + event.x', ['event'], [['event', 'x']]],
    ['size(event.x).y', ['event'], [['event', 'x']]],
    ['math.abs(a.b) == 1 && type(c) == int', ['a', 'c'], [['a', 'b'], ['c']]],
    ['cel.bind(v, event.data, v.x)', ['event'], [['event', 'data']]],
  ])('%s', (text, references, paths) => {
    const expression = compileExpression(text);
    expect(expression.references).toEqual(references);
    expect(expression.paths).toEqual(paths);
  });
});

describe('a scope may be lazy', () => {
  it('and a getter is not called unless its variable is read', () => {
    class Scope {
      reads = 0;
      get event() {
        this.reads++;
        return { x: 1 };
      }
    }
    const scope = new Scope();
    expect(compileExpression('1 + 1').evaluate(scope)).toBe(2);
    expect(scope.reads).toBe(0);
    expect(compileExpression('event.x').evaluate(scope)).toBe(1);
    expect(scope.reads).toBe(1);
  });

  it('and what is read is handed on, not copied', () => {
    const scope = { event: { data: { a: [1] } } };
    expect(compileExpression('event.data').evaluate(scope)).toBe(scope.event.data);
  });
});
