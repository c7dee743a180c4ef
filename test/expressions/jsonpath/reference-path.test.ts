import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath, compileReferencePath } from '../../../src/expressions/jsonpath/index.ts';
import { failureOf, refusalOf, scopeOf } from './evaluate.ts';

const put = (path: string, root: unknown, value: unknown) => compileReferencePath(path).put(root, value);

describe('a reference path', () => {
  it.each<[string, unknown, unknown]>([
    ['$', { a: 1 }, 9],
    ['$.b', { a: 1 }, { a: 1, b: 9 }],
    ['$.a', { a: 1 }, { a: 9 }],
    ['$.b.c', { a: 1 }, { a: 1, b: { c: 9 } }],
    ["$['b c']['d.e']", {}, { 'b c': { 'd.e': 9 } }],
    ['$.a[1]', { a: [1, 2, 3] }, { a: [1, 9, 3] }],
    ['$.a[0].b', { a: [{ c: 1 }] }, { a: [{ c: 1, b: 9 }] }],
    ['$.a[2]', { a: [1, 2] }, { a: [1, 2, 9] }],
  ])('%s puts', (path, root, expected) => {
    expect(put(path, root, 9)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['$.a', 'text'],
    ['$.a', [1]],
    ['$.a', null],
    ['$.a.b', { a: 1 }],
    ['$.a.b', { a: null }],
    ['$.a[5]', { a: [1] }],
    ['$.a[0]', { a: {} }],
  ])('%s has no place in %j', (path, root) => {
    expect(failureOf(() => put(path, root, 9))).toMatchObject({
      error: 'States.ResultPathMatchFailure',
      reason: `Unable to apply ReferencePath ${path} to input ${JSON.stringify(root)}`,
    });
  });

  it.each([
    'a',
    '$$.a',
    '$v.a',
    '$.*',
    '$.a[*]',
    '$..a',
    '$.a[0:1]',
    '$.a[?(@.b)]',
    '$.a[0,1]',
    '$.a[-1]',
    '$.a[(@.length-1)]',
    '$.a.length()',
    '$.a.__proto__',
  ])('%s is refused', (path) => {
    expect(refusalOf(() => compileReferencePath(path))).toMatchObject({ code: 'INVALID_EXPRESSION' });
  });

  const names = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
  const documents = fc.object({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    maxDepth: 3,
    values: [fc.object({ maxDepth: 0 })],
  });

  it('finds what it has put, leaves everything beside it as it was, and the document untouched', () => {
    fc.assert(
      fc.property(names, documents, fc.jsonValue(), (keys, root, value) => {
        const text = `$.${keys.join('.')}`;
        const before = JSON.stringify(root);
        let made: unknown;
        try {
          made = put(text, root, value);
        } catch {
          return;
        }
        expect(compilePath(text).find(scopeOf(made))).toBe(value);
        expect(JSON.stringify(root)).toBe(before);
        let [old, next]: unknown[] = [root, made];
        for (const key of keys) {
          const left = (old ?? {}) as Record<string, unknown>;
          const right = next as Record<string, unknown>;
          for (const other of Object.keys(left)) if (other !== key) expect(right[other]).toBe(left[other]);
          expect(new Set(Object.keys(right))).toEqual(new Set([...Object.keys(left), key]));
          [old, next] = [left[key], right[key]];
        }
      }),
    );
  });
});
