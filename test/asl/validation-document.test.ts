import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ASL_CODES } from '../../src/compilers/asl/validation/index.ts';

const page = readFileSync(new URL('../../docs/asl-validation.md', import.meta.url), 'utf8');

it.each(ASL_CODES)('the page explains %s', (code) => {
  expect(page).toMatch(new RegExp(`^\\| \`${code}\``, 'm'));
});

it('the page explains no code that does not exist', () => {
  const explained = [...page.matchAll(/`(ASL_[A-Z_]+)`/g)].map((match) => match[1]!);
  expect(explained.filter((code) => !(ASL_CODES as readonly string[]).includes(code))).toEqual([]);
});
