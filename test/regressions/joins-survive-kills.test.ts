import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openEmbedded } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { joinOf, parts, StandingEngine } from './standing-engine.ts';

const SCRIPT = fileURLToPath(new URL('./killed-process.ts', import.meta.url));

let dataDir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tidegate-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const firings = () => {
  const file = join(dataDir, 'fired');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
};

/** Runs the process until it has joined so many parts, then kills it. */
async function killAfter(from: number, to: number, taken: number): Promise<void> {
  child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    SCRIPT,
    dataDir,
    `${from}`,
    `${to}`,
  ]);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let printed = '';
  let complaints = '';
  child.stderr!.on('data', (data) => {
    complaints += data;
  });
  child.stdout!.on('data', (data) => {
    printed += data;
    if (printed.includes(`taken ${taken}\n`)) resolve();
  });
  child.on('exit', () => reject(new Error(`the process ended by itself: ${printed} ${complaints}`)));
  await promise;
  child.removeAllListeners('exit');
  const gone = new Promise((done) => child!.on('exit', done));
  child.kill('SIGKILL');
  await gone;
}

it('P3: 5 events do not satisfy a join of 10 after a kill; the other 5 do, once', async () => {
  await killAfter(1, 5, 5);
  await killAfter(6, 9, 9);
  expect(firings()).toBe(0);
  const storage = await openEmbedded({ dataDir, partitions: 2, limits: LIMITS, now: Date.now });
  const engine = await StandingEngine.start(storage);
  expect((await engine.context('w', 'join'))?.values).toMatchObject({ count: 9 });
  await engine.publish('w', ...parts(10, 10));
  await vi.waitFor(() => expect(engine.fired).toEqual(['join']), 5_000);
  await engine.stop();
  await storage.close();
});

it('P3: a finished join of 10 does not fire again after a restart', async () => {
  const open = () => openEmbedded({ dataDir, partitions: 2, limits: LIMITS, now: Date.now });
  const before = await open();
  const first = await StandingEngine.start(before);
  await first.deploy('w', [joinOf(10)]);
  await first.publish('w', ...parts(1, 10));
  await vi.waitFor(() => expect(first.fired).toEqual(['join']), 5_000);
  await first.stop();
  await before.close();
  const after = await open();
  const second = await StandingEngine.start(after);
  await second.deploy('w', [joinOf(10)]);
  await second.publish('w', ...parts(1, 15));
  await vi.waitFor(async () => expect(await second.taken('w')).toBe(15), 5_000);
  expect([second.fired, (await second.context('w', 'join'))?.activations]).toEqual([[], 1]);
  await second.stop();
  await after.close();
});
