/** Whatever the library is called with, what comes of it is a value or an error with a code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../src/expressions/jsonata/functions.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { SHOP } from './data.ts';
import { ours } from './reference.ts';

describe('an argument that gives nothing, or no number that can be written', () => {
  it.each([
    ['$formatNumber(1, nowhere)', 'T0410: Argument 2 of function "formatNumber" does not match'],
    ['(1).$formatNumber(nowhere)', 'T0410: Argument 2 of function "formatNumber" does not match'],
    ['$formatInteger(1, nowhere)', 'T0410: Argument 2 of function "formatInteger" does not match'],
    ['$parseInteger("12", nowhere)', 'T0410: Argument 2 of function "parseInteger" does not match'],
    ['$formatBase(1, 0/0)', 'D3100: '],
    ['$random(1/0)', 'D1001: '],
    ['$random(0/0)', 'D1001: '],
    ['$random(-1/0)', 'D1001: '],
  ])('%s', (expression, error) => {
    expect(ours(expression, SHOP)).toEqual({ error: expect.stringContaining(error) });
  });
});

const argument = fc.constantFrom(
  ...['nowhere', 'null', 'true', '0', '1', '-2.5', '1e20', '1/0', '0/0', '""', '"a"', '"12"', '"\\ud83d"'],
  ...['[]', '[1, 2]', '["b", "a"]', '[nowhere]', '[[1]]', '{}', '{"a": 1}', '{"match": 1}', 'accounts'],
  ...['$sum', '$uppercase', 'function() { nowhere }', 'function($v) { $v }', 'function($a, $b) { $a > $b }'],
  ...['/a/', '/(a)|(b)?/', '"#,##0.00"', '"0e0"', '"[Y0001]-[M01]T[H01][Z]"', '"[FNn,3-3]"', '"Ww;o"'],
  ...['"2017-01-01"', '"+0100"', '"MD5"', '{"zero-digit": "x"}', '{"decimal-separator": 5}'],
);

describe('any function with any arguments', () => {
  it('ends in a value or a coded error', () => {
    const call = fc.tuple(fc.constantFrom(...FUNCTIONS.keys()), fc.array(argument, { maxLength: 4 }));
    const limits = { ...LIMITS, jsonataSteps: 20_000 };
    fc.assert(
      fc.property(call, fc.option(argument), ([name, list], context) => {
        const text = `$${name}(${list.join(', ')})`;
        ours(context === null ? text : `(${context}).${text}`, SHOP, limits);
      }),
      { numRuns: 2_000 },
    );
  });
});
