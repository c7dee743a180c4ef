import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { commandLine } from './command-line.ts';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

test('the page about the command line names every command and exit code, and no other', async () => {
  for (const { name } of COMMANDS) expect(page).toMatch(new RegExp(`\`${name}(?: [^\`]*)?\``));
  const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT));
  const help = (await commandLine(['help'])).out;
  for (const code of codes) expect(help).toMatch(new RegExp(`\\b${code} `));
});
