import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath } from '../../../src/expressions/jsonpath/index.ts';
import { evaluate, scopeOf } from './evaluate.ts';

const keys = fc.constantFrom('a', 'b', 'c', "it's", 'x y', 'length', '0');
const documents = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 1, 'x', true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quoted = (key: string) => `['${key.replaceAll("'", "\\'")}']`;

describe('over any document', () => {
  const steps = fc.array(fc.oneof(keys, fc.integer({ min: -3, max: 3 })), { maxLength: 4 });

  it('names and indexes lead where a reader would go', () => {
    fc.assert(
      fc.property(documents, steps, (document, path) => {
        let expected: unknown = document;
        for (const step of path) {
          if (typeof step === 'number') expected = Array.isArray(expected) ? expected[step] : undefined;
          else expected = isObject(expected) && Object.hasOwn(expected, step) ? expected[step] : undefined;
        }
        const text = `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : quoted(step))).join('')}`;
        expect(compilePath(text).find(scopeOf(document))).toBe(expected);
      }),
    );
  });

  it('".." finds every member of that name', () => {
    const membersOf = (value: unknown, key: string): unknown[] => {
      if (typeof value !== 'object' || value === null) return [];
      const own = isObject(value) && Object.hasOwn(value, key) ? [value[key]] : [];
      return [...own, ...Object.values(value).flatMap((child) => membersOf(child, key))];
    };
    fc.assert(
      fc.property(documents, keys, (document, key) => {
        expect(evaluate(`$..${quoted(key)}`, document)).toEqual(membersOf(document, key));
      }),
    );
  });

  it('a slice is what a list gives', () => {
    const bound = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 6 }), bound, bound, (list, from, to) => {
        expect(evaluate(`$[${from ?? ''}:${to ?? ''}]`, list)).toEqual(list.slice(from, to));
      }),
    );
  });

  it('a filter and its opposite share the elements out', () => {
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 6 }), keys, (list, key) => {
        const found = evaluate(`$[?(@${quoted(key)})]`, list) as unknown[];
        const others = evaluate(`$[?(!@${quoted(key)})]`, list) as unknown[];
        const has = (each: unknown) =>
          isObject(each) && Object.hasOwn(each, key) && (each as Record<string, unknown>)[key] !== null;
        expect(found).toEqual(list.filter(has));
        expect(found.length + others.length).toBe(list.length);
      }),
    );
  });
});

describe('intrinsic functions undo each other', () => {
  it('JsonToString and StringToJson', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(evaluate('States.StringToJson(States.JsonToString($))', document)).toEqual(document);
      }),
    );
  });

  it('Base64Encode and Base64Decode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(evaluate('States.Base64Decode(States.Base64Encode($))', text)).toBe(text);
      }),
    );
  });

  it('ArrayPartition and putting the parts together', () => {
    fc.assert(
      fc.property(fc.array(documents), fc.integer({ min: 1, max: 5 }), (list, size) => {
        const parts = evaluate('States.ArrayPartition($.list, $.size)', { list, size }) as unknown[][];
        expect(parts.flat(1)).toEqual(list);
        expect(parts.slice(0, -1).every((part) => part.length === size)).toBe(true);
      }),
    );
  });

  it('ArrayUnique keeps one of each', () => {
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 8 }), (list) => {
        const unique = evaluate('States.ArrayUnique($)', list) as unknown[];
        for (const each of list) {
          expect(
            unique.filter((other) => evaluate('States.ArrayContains($.l, $.v)', { l: [each], v: other })),
          ).toHaveLength(1);
        }
      }),
    );
  });
});

it('no text makes the compiler fail but by a coded error', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '$',
      '$$',
      '.',
      '..',
      '[',
      ']',
      '?(',
      ')',
      '(',
      '@',
      "'",
      '"',
      '\\',
      '*',
      ',',
      ':',
      '-1',
      '0',
      'a',
      ' ',
      '==',
      '&&',
      '!',
      '/',
      '=~',
      'States.',
      'Format',
      'Array',
      '{}',
      'true',
      '1e9',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.constantFrom('$', 'States.Array(', '$.a[?(', ''), pieces, (start, rest) => {
      const text = start + rest.join('');
      try {
        evaluate(text, { a: [{ a: 1 }] });
      } catch (error) {
        expect(['TidegateError', 'Failure']).toContain((error as Error).name);
      }
    }),
    { numRuns: 2_000 },
  );
});
