import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { patternSize } from '../../src/expressions/patterns.ts';

describe('the size of a pattern is known before it is compiled', () => {
  it.each([
    '^[a-z]+$',
    '(((a{10}){10}){10})',
    `${'(a{900}|'.repeat(5)}b${')'.repeat(5)}`,
    '[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}',
    '(abcdefghij){900}',
    '\\p{Greek}{20}',
    '[]a]{300}',
    '[\\]{9999}]',
    '(a|b|c){2,}',
    '((((((((a?){2}){2}){2}){2}){2}){2}){2}){2}',
    '.{0,1000}',
    '(?i)abc{300}',
  ])('%s', (pattern) => {
    const real = RE2JS.compile(pattern).programSize();
    expect(patternSize(pattern)).toBeGreaterThan((real - 2) / 2.5);
    expect(patternSize(pattern)).toBeLessThan(real * 3);
  });

  it.each(['[', '(', '\\p{', 'a{', '{9}', ')', '\\'])('and found in linear time for many %s', (piece) => {
    expect(patternSize(piece.repeat(200_000))).toBeGreaterThanOrEqual(0);
  });
});
