import { describe, expect, it } from 'vitest';
import { compileJsonata, compileJsonataTemplate } from '../../../src/expressions/jsonata/index.ts';
import type { TidegateError } from '../../../src/model/errors.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { draw, ours } from './reference.ts';

/** Each would go on for ever, fill the memory or use up the stack; with the limit that ends it. */
const ENDLESS: readonly (readonly [what: string, expression: string, limit: string | RegExp])[] = [
  ['a tail call to itself', '($f := function() { $f() }; $f())', 'jsonataSteps'],
  [
    'two functions that call each other',
    '($f := function() { $g() }; $g := function() { $f() }; $f())',
    'jsonataSteps',
  ],
  ['a recursion', '($f := function($n) { 1 + $f($n) }; $f(1))', 'jsonataDepth'],
  [
    'a recursion through $map',
    '($f := function($n) { $map([1], function($x) { 1 + $f($x) }) }; $f(1))',
    'jsonataDepth',
  ],
  [
    'a recursion through $sort',
    '($f := function($n) { $sort([1, 2], function($a, $b) { $f($a) > 1 }) }; $f(1))',
    'jsonataDepth',
  ],
  [
    'a recursion through $replace',
    '($f := function($n) { $replace("a", /a/, function($m) { "x" & $f(1) }) }; $f(1))',
    'jsonataDepth',
  ],
  ['a recursion through a path', '($f := function($n) { {"a": 1}.(1 + $f($n)) }; $f(1))', 'jsonataDepth'],
  [
    'a recursion through a transform',
    '($f := function($n) { {"a": 1} ~> |$|{"a": $f(1)}| }; 1 & $f(1))',
    'jsonataDepth',
  ],
  [
    'a recursion through a composition',
    '($f := function($n) { 1 + ($abs ~> $f)($n) }; $f(1))',
    'jsonataDepth',
  ],
  ['nested loops', '[1..1000].([1..1000].([1..1000].$))', /jsonataSteps|expressionResult/],
  ['a text of 100 MB', '$pad("x", 100000000)', 'expressionResult'],
  ['a text that doubles', '($f := function($s) { $f($s & $s) }; $f("x"))', 'expressionResult'],
  ['a list that doubles', '($f := function($l) { $f($append($l, $l)) }; $f([1]))', 'expressionResult'],
  [
    'a tree that doubles',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l], [$l]], $n - 1) }; $f([1], 60))',
    /expressionResult|jsonDepth/,
  ],
  [
    'the text of a tree that doubles',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l], [$l]], $n - 1) }; $string($f([1], 60)))',
    /expressionResult|jsonataDepth/,
  ],
  [
    'a comparison of trees that double',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l], [$l]], $n - 1) }; $f([1], 60) = $f([1], 60))',
    'jsonataSteps',
  ],
  [
    'everything beneath a tree that doubles',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l], [$l]], $n - 1) }; $count($f([1], 60).**))',
    'jsonataSteps',
  ],
  [
    'a deep list',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l]], $n - 1) }; $f([1], 100000))',
    'jsonDepth',
  ],
  [
    'the text of a deep list',
    '($f := function($l, $n) { $n = 0 ? $l : $f([[$l]], $n - 1) }; $string($f([1], 50000)))',
    'jsonataDepth',
  ],
  ['a long range', '[1..10000000]', 'expressionResult'],
  ['a long $range', '$range(0, 1, 0.0000000001)', 'expressionResult'],
  ['ranges of ranges', '$count([1..1000000].[1..1000000])', 'jsonataSteps'],
  ['joining', '$join([1..100000].("xxxxxxxxxxxxxxxxxxxxxxxxx"), "yyyyyyyyyyy")', 'expressionResult'],
  ['replacing by more', '$replace($pad("", 10000, "a"), "a", $pad("", 10000, "b"))', 'expressionResult'],
  [
    'replacing by more, by a pattern',
    '$replace($pad("", 10000, "a"), /a/, $pad("", 10000, "b"))',
    'expressionResult',
  ],
  ['encoding again and again', '($f := function($s) { $f($base64encode($s)) }; $f("x"))', 'expressionResult'],
  [
    'encoding for URLs again and again',
    '($f := function($s) { $f($encodeUrlComponent($s)) }; $f("%"))',
    /jsonataSteps|expressionResult/,
  ],
  ['the same data many times', '[1..100000].($d)', 'expressionResult'],
  ['the same data many times in objects', '[1..10000].{"d": $d}', 'expressionResult'],
  [
    'searching long texts in long texts',
    '[1..1000].$contains($pad("", 100000, "a"), $pad("b", -50000, "a"))',
    'jsonataSteps',
  ],
  [
    'sorting',
    '($l := [1..100000]; $f := function($n) { ($sort($l, function($a, $b) { $a < $b }); $f($n)) }; $f(1))',
    'jsonataSteps',
  ],
  ['distinct functions', '$distinct([1..10000].{"a": function() { 1 }})', 'jsonataSteps'],
  ['cross products', '([1..1000]@$a.$d.list@$b.$d.list@$c.($a + $b + $c))', /jsonataSteps|expressionResult/],
  ['formatting with long pictures', '$formatNumber(1, $pad("", 100000, "0"))', ''],
];

describe('an evaluation that would never end, or never stop growing', () => {
  const data = { list: Array.from({ length: 1_000 }, (_, index) => index), text: 'x'.repeat(1_000) };
  it.each(ENDLESS)('%s ends with a failure that names the limit', (_, expression, limit) => {
    const outcome = ours(expression, data);
    if (limit === '') expect(outcome).toHaveProperty('error');
    else expect(outcome).toEqual({ limit: typeof limit === 'string' ? limit : expect.stringMatching(limit) });
  });

  const bombs = [
    '/(a+)+$/',
    '/(a|a)*b/',
    '/(a*)*b/',
    '/^(([a-z])+.)+[A-Z]([a-z])+$/',
    '/(.*)(.*)(.*)(.*)(.*)x/',
    '/(a?){50}a{50}b/',
  ];
  it.each(bombs)('a bomb among regular expressions, %s, takes linear time', (pattern) => {
    expect(ours(`$contains($pad("!", -2000, "a"), ${pattern})`, {})).toEqual({ value: false });
  });

  it.each(['/(a{100}){100}{100}/', '/(((a{50}){50}){50}){50}/'])(
    'a pattern that grows when written out is refused: %s',
    (pattern) => {
      expect(ours(`$contains("a", ${pattern})`, {})).toEqual({
        error: expect.stringContaining('INVALID_EXPRESSION'),
      });
    },
  );

  it('distinct objects are found in steps that grow with the list', () => {
    const data = Array.from({ length: 6_000 }, (_, i) => ({
      id: `item-${i % 3_000}`,
      tags: ['a', i % 3_000],
    }));
    expect(ours('$count($distinct($d))', data)).toEqual({ value: 3_000 });
    expect(
      ours('$distinct([{"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": "1", "b": [2]}, [1], ["1"]])', {}),
    ).toEqual({
      value: [{ a: 1, b: [2] }, { a: '1', b: [2] }, [1], ['1']],
    });
  });

  it('steps are counted for all expressions of a template together', () => {
    const template = Array.from({ length: 20 }, () => '{% $count([1..100000].($ + 1)) %}');
    expect(() => compileJsonataTemplate(template, 'Output', LIMITS).evaluate({}, draw())).toThrow(
      /jsonataSteps/,
    );
  });

  it('the result is counted for all expressions of a template together', () => {
    const template = Array.from({ length: 20 }, () => '{% $text %}');
    const bindings = { text: 'x'.repeat(100_000) };
    expect(() => compileJsonataTemplate(template, 'Output', LIMITS).evaluate(bindings, draw())).toThrow(
      /expressionResult/,
    );
  });
});

describe('a text that nobody can mean', () => {
  const long = LIMITS.jsonataLength;
  it.each([
    ['too long', ' '.repeat(long + 1), 'LIMIT_EXCEEDED'],
    ['brackets', '('.repeat(long), 'LIMIT_EXCEEDED'],
    ['signs', '-'.repeat(long), 'LIMIT_EXCEEDED'],
    ['a sum', `1${'+1'.repeat(long / 2 - 1)}`, 'LIMIT_EXCEEDED'],
    ['a nested list', `${'['.repeat(600)}1${']'.repeat(600)}`, 'LIMIT_EXCEEDED'],
    ['nested objects', `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`, 'LIMIT_EXCEEDED'],
    ['comments', '/**/'.repeat(long / 4), 'LIMIT_EXCEEDED'],
    ['half a regular expression', `/${'('.repeat(long - 1)}`, 'INVALID_EXPRESSION'],
  ])('%s is refused', (_, text, code) => {
    try {
      compileJsonata(text, LIMITS);
      expect.unreachable();
    } catch (error) {
      expect((error as TidegateError).code).toBe(code);
    }
  });

  it('nested objects compile once each', () => {
    const text = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;
    expect(compileJsonata(text, { ...LIMITS, jsonDepth: 200 }).evaluate({}, draw())).toBeDefined();
  });
});
