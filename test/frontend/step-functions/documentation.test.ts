import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../src/frontend/step-functions/operations/index.ts';

const page = readFileSync(new URL('../../../docs/step-functions-api.md', import.meta.url), 'utf8');

describe('the page on the Step Functions API', () => {
  it.each([...OPERATIONS.keys()])('says how %s is', (name) => {
    expect(page).toMatch(new RegExp(`^\\|[^|]*\\b${name}\\b`, 'm'));
  });

  it('tells of no operation that is not there', () => {
    const rows = page
      .split('## Operations')[1]!
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const told = rows.slice(1).flatMap((line) =>
      line
        .split('|')[1]!
        .split(',')
        .map((name) => name.trim()),
    );
    expect(told.sort()).toEqual([...OPERATIONS.keys()].sort());
  });
});
