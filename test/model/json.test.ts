import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TidegateError } from '../../src/model/errors.ts';
import { locate, parseJson } from '../../src/model/json.ts';
import { findSyntaxFault } from '../../src/model/json-text.ts';
import { LIMITS } from '../../src/model/limits.ts';

function refusal(input: string | Uint8Array, limits: { jsonDepth: number } = LIMITS): TidegateError {
  try {
    parseJson(input, limits);
  } catch (error) {
    return error as TidegateError;
  }
  throw new Error('was accepted');
}

describe('JSON from outside', () => {
  it('gives what JSON.parse gives, from text and from bytes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!/__proto__|constructor|prototype/.test(text));
        expect(parseJson(text, LIMITS)).toEqual(JSON.parse(text));
        expect(parseJson(new TextEncoder().encode(text), LIMITS)).toEqual(
          JSON.parse(new TextDecoder().decode(new TextEncoder().encode(text))),
        );
      }),
    );
    expect(parseJson(new Uint8Array([0xef, 0xbb, 0xbf, 0x31]), LIMITS)).toBe(1);
  });

  it.each([
    ['', 1, 1, 'a value'],
    ['{"a":1,\n  "b" 2}', 2, 7, '":"'],
    ['{"a":1 "b":2}', 1, 8, '"," or "}"'],
    ['[1,2', 1, 5, '"," or "]"'],
    ['[1,]', 1, 4, 'a value'],
    ['{"a":1,}', 1, 8, 'a key'],
    ["{'a':1}", 1, 2, 'a key'],
    ['{"a":tru}', 1, 6, 'a value'],
    ['["a\nb"]', 1, 4, 'character in the string'],
    ['["\\x"]', 1, 3, 'escape'],
    ['["abc', 1, 6, 'closing quote'],
    ['1 2', 1, 3, 'the end of the text'],
    ['[01]', 1, 3, '"," or "]"'],
  ])('says where %j is broken', (text, line, column, expected) => {
    const error = refusal(text);
    expect(error.code).toBe('INVALID_JSON');
    expect(error.place).toEqual({ line, column });
    expect(error.message).toContain(expected);
  });

  it('finds a syntax fault exactly where JSON.parse refuses', () => {
    const mutated = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '0', 'e', ' ', '\n', '-'),
      )
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(mutated, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(findSyntaxFault(text) === undefined).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal(new Uint8Array([0x22, 0xff, 0x22])).code).toBe('INVALID_JSON');
  });

  it('allows nesting up to the limit and refuses one level more, wherever the brackets stand', () => {
    const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => parseJson(nest(64), LIMITS)).not.toThrow();
    const error = refusal(nest(65));
    expect(error.code).toBe('NESTING_TOO_DEEP');
    expect(error.place).toEqual({ line: 1, column: 65 });
    expect(refusal('{"a":'.repeat(500_000)).code).toBe('NESTING_TOO_DEEP');
    expect(parseJson(`["${'['.repeat(200)}\\"${'{'.repeat(200)}"]`, LIMITS)).toHaveLength(1);
    expect(parseJson(`[${'[],'.repeat(200)}[]]`, LIMITS)).toHaveLength(201);
  });

  it.each([
    ['{"a":[{"__proto__":{}}]}', '/a/0/__proto__'],
    ['{"a":{"constructor" :1}}', '/a/constructor'],
    ['{"prototype":1}', '/prototype'],
    ['{"\\u005f_proto_\\u005F":1}', '/__proto__'],
    ['{"a/b":{"c~":{"constr\\u0075ctor":1}}}', '/a~1b/c~0/constructor'],
  ])('refuses the unsafe key in %s', (text, pointer) => {
    const error = refusal(text);
    expect(error.code).toBe('UNSAFE_KEY');
    expect(error.place).toEqual({ pointer });
  });

  it('allows these words as values', () => {
    expect(parseJson('{"a":"__proto__","b":["constructor","\\u005f"]}', LIMITS)).toHaveProperty(
      'a',
      '__proto__',
    );
  });
});

describe('the place of a pointer', () => {
  const text = '{\n  "a": [1, {"b/c": "x,]}", "b/c": {"~": null}}],\n  "": true, "q\\u0022": 2\n}\n';
  it.each([
    ['', 1, 1],
    ['/a', 2, 3],
    ['/a/0', 2, 9],
    ['/a/1', 2, 12],
    ['/a/1/b~1c', 2, 28],
    ['/a/1/b~1c/~0', 2, 36],
    ['/', 3, 3],
    ['/q"', 3, 13],
  ])('%j', (pointer, line, column) => {
    expect(locate(text, pointer)).toEqual({ line, column });
  });

  it('is undefined where the pointer leads nowhere', () => {
    for (const pointer of ['/b', '/a/2', '/a/0/x', 'a', '/a/1/b~1c/~0/z'])
      expect(locate(text, pointer)).toBeUndefined();
  });

  it('is found for every leaf of any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const pretty = JSON.stringify(value, null, 2);
        for (const pointer of pointersOf(value)) expect(locate(pretty, pointer)).toBeDefined();
      }),
    );
  });
});

function pointersOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, child]) =>
    pointersOf(child, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}
