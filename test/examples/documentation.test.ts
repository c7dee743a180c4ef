/** The definitions that the README and the first steps show run as they stand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commandLine } from '../cli/command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-documentation-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes the block whose first line is a comment with the file's name; answers its path. */
function fileOf(page: string, name: string): string {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const block = [...text.matchAll(/```\w+\n((?:#|\/\/) (\S+)\n[\s\S]*?)```/g)].find(
    ([, , file]) => file === name,
  );
  const path = join(folder, name);
  writeFileSync(path, (block as RegExpExecArray)[1] as string);
  return path;
}

test("the README's DAG gives what it says", async () => {
  const { code, out } = await commandLine([
    'run',
    fileOf('README.md', 'greetings.yaml'),
    '--input',
    '{"host": "Maren"}',
  ]);
  expect(JSON.parse(out)).toEqual({ letter: 'Hello, Maren! Hello, Ada! Hello, Grace!', guests: 3 });
  expect(code).toBe(0);
});

test('the first steps run: a DAG over a function, and plain triggers that compile', async () => {
  const functions = fileOf('docs/getting-started.md', 'functions.ts');
  const orders = fileOf('docs/getting-started.md', 'orders.yaml');
  const run = await commandLine(['run', orders, '--functions', functions]);
  expect([run.code, run.out]).toEqual([0, '1240\n']);
  expect((await commandLine(['run', orders])).code).toBe(1);
  expect((await commandLine(['validate', fileOf('docs/getting-started.md', 'parts.yaml')])).code).toBe(0);
});
