import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { generateCorpus } from '../../examples/word-count/generate-corpus.ts';
import { type Counts, countWords, mergeCounts, split, summarize } from '../../examples/word-count/words.ts';
import { Running } from '../cli/tidegate-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const EXAMPLE = new URL('../../examples/word-count/', import.meta.url);
const START = fileURLToPath(new URL('start.ts', EXAMPLE));
const corpus = readFileSync(new URL('corpus.txt', EXAMPLE));
const expected = JSON.parse(readFileSync(new URL('expected.json', EXAMPLE), 'utf8')) as { words: Counts };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-word-count-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the text that ships is what its generator writes, and so are the counts it kept', () => {
  const generated = generateCorpus();
  expect(generated.text === corpus.toString('utf8')).toBe(true);
  expect(generated.expected).toEqual(expected);
});

test('counting the parts comes to the counts that the generator kept', () => {
  const parts = split('corpus', corpus, 40_000).map(({ from, to }) =>
    countWords(corpus.toString('utf8', from, to)),
  );
  expect(parts.length).toBeGreaterThan(20);
  expect(summarize(mergeCounts(parts))).toEqual(summarize(expected.words));
});

test('the example counts right, retries what fails, and does it again over the same data folder', async () => {
  const words = ['--once', '--data-dir', join(folder, 'data')];
  for (const round of [1, 2]) {
    const { code, stdout, stderr } = await new Running(words, { program: START }).ended;
    expect([round, code, stderr]).toEqual([round, 0, '']);
    expect(stdout).toContain('retrying (attempt 2)');
    expect(stdout).toContain('213603 words, 712 different');
    expect(stdout).toContain('every count equals that of the direct computation');
  }
});

test('with its port taken it uses another, its commands work, and Ctrl-C ends every process of it', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as { port: number };
  const example = new Running(['--port', String(port), '--data-dir', join(folder, 'other')], {
    program: START,
  });
  const commands: string[] = [];
  await example.line((line) => {
    if (line.startsWith('  curl')) commands.push(line.trim());
    return commands.length === 3;
  });
  blocker.close();
  const [list, start] = commands.map((command) => (/http:[^\s']+/.exec(command) as RegExpExecArray)[0]);
  expect(await (await fetch(list as string)).json()).toMatchObject({ items: [{ status: 'SUCCEEDED' }] });
  const body = /-d '(.*)'/.exec(commands[1] as string)?.[1] as string;
  const headers = { 'content-type': 'application/json' };
  expect(await (await fetch(start as string, { method: 'POST', headers, body })).json()).toMatchObject({
    status: 'SUCCEEDED',
    output: { total: 213_603 },
  });

  const { functions } = (JSON.parse(body) as { input: { functions: string[] } }).input;
  example.kill('SIGINT');
  const { code, stdout } = await example.ended;
  expect(stdout).toContain(`port ${port} is taken`);
  expect(code).toBe(0);
  for (const url of functions) await expect(fetch(url)).rejects.toThrow();
});
