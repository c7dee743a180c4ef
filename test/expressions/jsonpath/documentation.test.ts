import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { INTRINSICS } from '../../../src/expressions/jsonpath/intrinsics.ts';

const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8');
const section = page.split('## JSONPath and intrinsic functions')[1]!;

it('docs/expressions.md names every intrinsic function', () => {
  const names = [...INTRINSICS.keys()].map((name) => `States.${name}(`);
  expect(names.filter((name) => !section.includes(name))).toEqual([]);
});
