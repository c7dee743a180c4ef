import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/model/errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading.trim(), lines.join(' ').trim()] as const;
    }),
);

describe('docs/errors.md', () => {
  it.each(Object.entries(ERRORS))('has a paragraph for %s with its status', (code, { status }) => {
    const heading = [...sections.keys()].find((text) => text.startsWith(`\`${code}\``));
    expect(heading, code).toBe(`\`${code}\` (${status})`);
    expect(sections.get(heading as string)?.length).toBeGreaterThan(60);
  });

  it('has none for codes that no longer are', () => {
    const codes = [...sections.keys()].map((heading) => /^`(\w+)`/.exec(heading)?.[1]);
    expect(codes.filter((code) => code !== undefined && !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});
