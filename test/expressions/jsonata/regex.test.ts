import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSearch, UnsupportedPattern } from '../../../src/expressions/jsonata/regex/index.ts';

function found(pattern: string, flags: string, text: string, from: number): unknown {
  const slots = compileSearch(new RegExp(pattern, flags)).find(text, from, () => {});
  if (slots === undefined) return null;
  const parts: (string | undefined)[] = [];
  for (let i = 0; i < slots.length; i += 2) {
    parts.push(slots[i]! < 0 || slots[i + 1]! < 0 ? undefined : text.slice(slots[i], slots[i + 1]));
  }
  return [slots[0], ...parts];
}

function expected(pattern: string, flags: string, text: string, from: number): unknown {
  const expression = new RegExp(pattern, `${flags}g`);
  expression.lastIndex = from;
  const match = expression.exec(text);
  return match && [match.index, ...match];
}

const TEXTS = [
  '',
  'a',
  'abc',
  'aXbYc',
  'foo bar\nbaz',
  'x=1, y = 22;',
  '\u00a0é ſK',
  'aaaa',
  'tab\there',
  '😀 a',
  'a]b\\c/d',
  '\u2028x',
  '0x7F\u0001',
];

const PATTERNS = [
  'a',
  'abc',
  '.',
  '.*',
  '.+?',
  '^',
  '$',
  '^a',
  'c$',
  'a|b',
  'a|',
  '|a',
  '(a)|(b)',
  '(?:a|b)c',
  '(?<n>a)b',
  'a*',
  'a+',
  'a?',
  'a*?',
  'a+?',
  'a??',
  'a{2}',
  'a{2,}',
  'a{1,3}',
  'a{1,3}?',
  'a{0}',
  '(a{2})*',
  '(a|b)*c',
  '(?:(a)|(b))*',
  '(a*)*',
  '(a*)+',
  '(a+)+',
  '(a|ab)(c|bcd)?',
  '[abc]',
  '[^abc]',
  '[a-c]+',
  '[^a-c]+',
  '[]',
  '[^]',
  '[\\d]',
  '[\\w-]',
  '[\\s\\S]',
  '[-a]',
  '[a-]',
  '[\\]]',
  '[\\b]',
  '\\d',
  '\\D',
  '\\w+',
  '\\W',
  '\\s',
  '\\S+',
  '\\b',
  '\\B',
  '\\bb',
  'o\\b',
  '\\t',
  '\\n',
  '\\r',
  '\\v',
  '\\f',
  '\\0',
  '\\x41',
  '\\u0061',
  '\\u00e9',
  '\\cA',
  '\\c',
  '[\\c]',
  '\\/',
  '\\\\',
  '\\.',
  '\\$',
  '\\-',
  '\\a',
  '\\e',
  '{',
  '}',
  'a{',
  'a{,2}',
  'a{x}',
  ']',
  'é',
  '[à-ü]',
  '\\1',
  '\\7',
  '\\8',
  'x\\x',
  '\\u',
  '(\\w+)\\s*=\\s*(\\d+)',
  '(^a)',
  '(?:^|,)\\s*(\\w)',
  'k',
  '[k]',
  'K',
  'ſ',
  's',
  '[^s]',
  '\\w',
  '[\\W]',
  '(a)?b',
  '(a)?(b)?(c)?',
  '((a)(b)?)+',
  '(z)((a+)?(b+)?(c))*',
  '(?:a?)*?b',
  '(?:a?){3}',
  '(?:)*',
  '()',
  '(){2}a',
  '[a-z]{2,3}?x',
  '.\\n.',
  '\\s+$',
  '(\\d{2}){1,2}',
  '[\\u0061-\\u0063]',
  '[a\\-c]',
  '[\\x41-\\x43]',
  '\\D{2,}',
];

describe('searching in linear time', () => {
  it.each(PATTERNS)('finds what RegExp finds: /%s/', (pattern) => {
    for (const flags of ['', 'i', 'm', 'im']) {
      for (const text of TEXTS) {
        for (const from of [0, 1]) {
          if (from > text.length || KNOWN.has(pattern)) continue;
          expect([flags, text, from, found(pattern, flags, text, from)]).toEqual([
            flags,
            text,
            from,
            expected(pattern, flags, text, from),
          ]);
        }
      }
    }
  });

  const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '\\d', '[b-c]');
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
      fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
      tie('pattern').map((body) => `(${body})`),
      fc
        .tuple(
          fc.constantFrom('a', 'b', '[ab]', '(a)', '(?:ab|c)', '(b|c)', '.'),
          fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}'),
        )
        .map(([body, many]) => body + many),
    ),
  }));

  it('finds what RegExp finds, whatever the pattern', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '\n', ' ') }),
        fc.constantFrom('', 'i', 'm'),
        (each, text, flags) => {
          expect(found(each, flags, text, 0)).toEqual(expected(each, flags, text, 0));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each(['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?<n>a)\\k<n>'])(
    'refuses what it cannot: /%s/',
    (each) => {
      expect(() => compileSearch(new RegExp(each))).toThrow(UnsupportedPattern);
    },
  );

  it('pays for what it does, and stops when it cannot', () => {
    let steps = 0;
    const search = compileSearch(/(a*)*b/);
    expect(
      search.find('a'.repeat(10_000), 0, (each) => {
        steps += each;
      }),
    ).toBeUndefined();
    expect(steps).toBeGreaterThan(1_000);
    expect(steps).toBeLessThan(200_000_000);
    expect(() =>
      search.find('a'.repeat(10_000), 0, () => {
        throw new Error('enough');
      }),
    ).toThrow('enough');
  });
});

/** Iterations that match nothing: RegExp undoes them, here they stand. */
const KNOWN: ReadonlySet<string> = new Set(['(a*)*', '(a*)+', '(a)?(b)?(c)?*']);
