import { describe, expect, it } from 'vitest';
import { compileJsonata } from '../../../src/expressions/jsonata/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { draw, NOW, ours } from './reference.ts';

const table: readonly (readonly [expression: string, value: unknown])[] = [
  ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
  ['$partition([1], 1)', [[1]]],
  ['$partition([], 3)', []],
  ['$partition([1, 2], 10)', [[1, 2]]],
  ['$range(0, 10, 3)', [0, 3, 6, 9]],
  ['$range(1, 9, 9)', 1],
  ['$range(5, 1, -2)', [5, 3, 1]],
  ['$range(1, 1, 1)', 1],
  ['$exists($range(5, 1, 1))', false],
  ['$hash("data", "MD5")', '8d777f385d3dfec8815d20f7496026dc'],
  ['$hash("data", "SHA-1")', 'a17c9aaa61e80a1bf71d0d850af4e5baa9800bbd'],
  ['$hash("data", "SHA-256")', '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7'],
  ['$length($hash("data", "SHA-384"))', 96],
  ['$length($hash("data", "SHA-512"))', 128],
  ['$random(7) = $random(7)', true],
  ['$random(7) = $random(8)', false],
  ['$random(7) >= 0 and $random(7) < 1', true],
  ['[$random(), $random()]', [0, 0.1]],
  ['$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)', true],
  ['$uuid() = $uuid()', false],
  ['$parse(\'{"a": [1, null, "x"]}\')', { a: [1, null, 'x'] }],
  ["$parse('1.1')", 1.1],
  ['$parse(\'"text"\')', 'text'],
  ['$exists($parse(nowhere))', false],
  ['$now()', '2024-01-03T04:05:06.007Z'],
  ['$now("[Y0001]/[M01]")', '2024/01'],
  ['$now("[H01]:[m01][Z01:01]", "+0200")', '06:05+02:00'],
  ['$millis()', NOW],
  ['$toMillis("04:30", "[H01]:[m01]")', Date.UTC(2024, 0, 3, 4, 30)],
  ['$sort($shuffle([1, 2, 3, 4]))', [1, 2, 3, 4]],
];

describe('what Step Functions adds', () => {
  it.each(table)('%s', (expression, value) => {
    expect(ours(expression, {})).toEqual({ value });
  });

  it('gives a sequence, so that [] keeps one number a list', () => {
    expect(compileJsonata('$range(1, 9, 9)[]', LIMITS).evaluate({}, draw())).toEqual([1]);
  });

  it.each([
    ['$partition([1], 0)', 'positive integer'],
    ['$partition([1], -1)', 'positive integer'],
    ['$partition([1], 1.5)', 'positive integer'],
    ['$partition([1], "a")', 'T0410'],
    ['$range(1, 2, 0)', 'must not be zero'],
    ['$range("a", 2, 1)', 'T0410'],
    ['$hash("a", "SHA-3")', 'must be one of'],
    ['$hash("a", "constructor")', 'must be one of'],
    ['$hash(1, "MD5")', 'T0410'],
    ['$random("a")', 'T0410'],
    ['$uuid(1)', 'T0410'],
    ['$parse("{")', 'not JSON'],
    ['$parse("")', 'not JSON'],
    ['$parse(1)', 'T0410'],
    ['$eval("1")', 'T1006'],
  ])('%s fails', (expression, message) => {
    expect(ours(expression, {})).toEqual({ error: expect.stringContaining(message) });
  });

  it('the same draws give the same value', () => {
    const compiled = compileJsonata('[$uuid(), $random(), $now(), $millis(), $shuffle([1..9])]', LIMITS);
    expect(compiled.evaluate({}, draw())).toEqual(compiled.evaluate({}, draw()));
  });
});
