import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./install-once.ts', import.meta.url));

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tidegate-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

function installing(...words: string[]): ChildProcess {
  const env = { ...process.env, TIDEGATE_TEST_CACHE: cache };
  const args = ['--disable-warning=ExperimentalWarning', SCRIPT, ...words];
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

async function installed(child: ChildProcess): Promise<string> {
  let printed = '';
  child.stdout!.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child, 'close');
  return printed.trim().split('\n').at(-1)!;
}

const installs = () => readFileSync(join(cache, 'installs'), 'utf8').trim().split('\n').length;
const isWhole = () => ['first', 'second'].every((file) => existsSync(join(cache, 'thing', file)));

it('two processes that install at once have the same, made once', async () => {
  const places = await Promise.all([installed(installing()), installed(installing())]);
  expect(places).toEqual([join(cache, 'thing'), join(cache, 'thing')]);
  expect(installs()).toBe(1);
  expect(isWhole()).toBe(true);
});

it('an install that was killed leaves nothing that looks whole, and the next one makes it', async () => {
  const child = installing('forever');
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(cache, 'thing'))).toBe(false);
  await installed(installing());
  expect(installs()).toBe(2);
  expect(isWhole()).toBe(true);
  expect(readdirSync(cache).toSorted()).toEqual(['installs', 'thing']);
});
