import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopePath } from '../../src/triggers/index.ts';

const levels = fc.array(
  fc.tuple(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,5}$/), fc.nat({ max: 100_000 })),
  { maxLength: 5 },
);
const pathOf = (parts: readonly (readonly [string, number])[]) =>
  parts.reduce((path, [name, index]) => scopePath.childPath(path, name, index), scopePath.ROOT);

describe('the path of a scope', () => {
  it('names each fork with its index, outermost first', () => {
    expect(pathOf([])).toBe('');
    expect(pathOf([['g', 3]])).toBe('g[3]');
    expect(
      pathOf([
        ['g', 3],
        ['m', 0],
      ]),
    ).toBe('g[3]/m[0]');
  });

  it('tells its depth, its static path and its innermost index', () => {
    fc.assert(
      fc.property(levels, (parts) => {
        const path = pathOf(parts);
        expect(scopePath.depthOf(path)).toBe(parts.length);
        expect(scopePath.staticPath(path)).toBe(parts.map(([name]) => name).join('/'));
        expect(scopePath.indexOf(path)).toBe(parts.at(-1)?.[1]);
      }),
    );
  });

  it('has the scopes around it as ancestors, and tells the indices below one', () => {
    fc.assert(
      fc.property(levels, fc.nat({ max: 5 }), (parts, cut) => {
        const depth = Math.min(cut, parts.length);
        const path = pathOf(parts);
        const outer = pathOf(parts.slice(0, depth));
        expect(scopePath.ancestorPath(path, depth)).toBe(outer);
        expect(scopePath.encloses(outer, path)).toBe(true);
        const below = parts.slice(depth).map(([, index]) => index);
        if (below.length > 0) expect(scopePath.indicesBelow(path, depth)).toBe(below.join('.'));
      }),
    );
  });

  it('is not enclosed by one whose text merely begins alike', () => {
    expect(scopePath.encloses('g[1]', 'g[10]')).toBe(false);
    expect(scopePath.encloses('g', 'gh/m')).toBe(false);
    expect(scopePath.encloses('g[1]/m[0]', 'g[1]')).toBe(false);
  });
});
