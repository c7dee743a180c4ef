import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../src/expressions/jsonata/functions.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { EXPRESSIONS } from './expressions.ts';

const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8').split(
  '## JSONata',
)[1]!;

describe('the section on JSONata', () => {
  it('names the limits with their defaults', () => {
    for (const limit of [
      'jsonataLength',
      'jsonataSteps',
      'jsonataDepth',
      'expressionResult',
      'jsonDepth',
    ] as const) {
      expect(page).toContain(`| \`${limit}\` | ${LIMITS[limit].toLocaleString('en-US')} |`);
    }
  });

  it('names the functions that Step Functions adds', () => {
    for (const name of ['partition', 'range', 'hash', 'random', 'uuid', 'parse'])
      expect(page).toContain(`$${name}(`);
  });
});

describe('the expressions that are compared', () => {
  const all = Object.values(EXPRESSIONS).flat().join(' ');
  const ADDED = ['partition', 'range', 'hash', 'random', 'uuid', 'parse'];
  it.each([...FUNCTIONS.keys()].filter((name) => !ADDED.includes(name)))('use $%s', (name) => {
    expect(all).toContain(`$${name}`);
  });
});
