import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { INTRINSICS } from '../../../src/expressions/jsonpath/intrinsics.ts';
import { PATH_FUNCTIONS } from '../../../src/expressions/jsonpath/path-syntax.ts';

const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8');
const section = page.split('## JSONPath and intrinsic functions')[1]!;

it('docs/expressions.md names every intrinsic function and every function of a path', () => {
  const names = [
    ...[...INTRINSICS.keys()].map((name) => `States.${name}(`),
    ...PATH_FUNCTIONS.map((name) => `.${name}()`),
  ];
  expect(names.filter((name) => !section.includes(name))).toEqual([]);
});
