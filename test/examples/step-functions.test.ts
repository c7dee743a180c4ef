/** Each example of examples/step-functions runs with the command that its page shows, and ends as the page says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Running } from '../cli/tidegate-process.ts';
import { freePort } from '../servers/free-port.ts';

vi.setConfig({ testTimeout: 60_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-machines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words behind `tidegate` in the command of the example's page. */
function wordsOf(example: string): string[] {
  const page = readFileSync(join(ROOT, `examples/step-functions/${example}/README.md`), 'utf8');
  const [, command] = /```sh\nnpm run -s tidegate -- ([\s\S]*?)```/.exec(page)!;
  return command!.replaceAll('\\\n', ' ').trim().split(/\s+/);
}

let inputs = 0;
/** The command with the example's own input, changed. */
function run(example: string, change: Readonly<Record<string, unknown>> = {}, port?: number) {
  const words = wordsOf(example);
  if (port !== undefined) words[words.indexOf('--port') + 1] = String(port);
  const at = words.indexOf('--input') + 1;
  const input = JSON.parse(readFileSync(join(ROOT, words[at]!), 'utf8')) as object;
  const file = join(folder, `input-${++inputs}.json`);
  writeFileSync(file, JSON.stringify({ ...input, ...change }));
  return new Running(words.with(at, file), { cwd: ROOT });
}

async function outputOf(running: Running): Promise<unknown> {
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining('SUCCEEDED')]);
  return JSON.parse(stdout);
}

describe('order-saga', () => {
  test('an order goes through', async () => {
    expect(await outputOf(run('order-saga'))).toEqual({
      orderId: '17',
      status: 'CONFIRMED',
      receipt: 'receipt-17',
      parcel: 'parcel-17',
    });
  });

  test('what was done is undone in reverse when nobody delivers', async () => {
    const { code, stderr } = await run('order-saga', { address: 'Atlantis' }).ended;
    expect(code).toBe(1);
    const done = stderr
      .split('\n')
      .filter((line) => /^(reserved|charged|booked|refunded|released)/.test(line));
    expect(done).toEqual([
      'reserved the stock of 17',
      'charged 49',
      'refunded receipt-17',
      'released stock-17',
    ]);
    expect(stderr).toContain('NoCourier');
  });
});

test('image-processing: the results of all images and widths come together', async () => {
  expect(await outputOf(run('image-processing'))).toEqual({
    album: 'coast',
    images: 3,
    thumbnails: 6,
    labels: ['coast', 'gulls', 'harbour', 'light'],
  });
});

describe('human-approval', () => {
  /** Starts, and answers by the request that the function shows. */
  async function decide(kind: 'approve' | 'refuse', body: unknown) {
    const port = await freePort();
    const running = run('human-approval', { tidegate: `http://127.0.0.1:${port}` }, port);
    const shown = new RegExp(`to ${kind}:.* (http\\S+)`);
    await vi.waitFor(() => expect(running.stderr).toMatch(shown), { timeout: 30_000, interval: 20 });
    const url = shown.exec(running.stderr)![1]!;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
    return running;
  }

  test('the execution goes on with the decision', async () => {
    const running = await decide('approve', { by: 'Maren' });
    expect(await outputOf(running)).toEqual({ paid: 320, to: 'Ada', approvedBy: 'Maren' });
  });

  test('a refusal is caught by its name', async () => {
    const { code, stderr } = await (await decide('refuse', { error: 'Refused', cause: 'too dear' })).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('ExpenseRefused')]);
  });

  test('a small expense asks nobody', async () => {
    const running = run('human-approval', { amount: 20 }, await freePort());
    expect(await outputOf(running)).toEqual({ paid: 20, to: 'Ada', approvedBy: 'the rules' });
  });
});

describe('polling-loop', () => {
  test('it is asked until the job is done', async () => {
    expect(await outputOf(run('polling-loop', { pollSeconds: 0 }))).toEqual({
      job: 'export-orders',
      polls: 3,
      rows: 4_200,
    });
  });

  test('a job that fails ends the loop', async () => {
    const { code, stderr } = await run('polling-loop', { pollSeconds: 0, table: 'broken' }).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('JobNotDone')]);
  });
});

test('data-pipeline: the batches are cleaned by child runs and summed up', async () => {
  expect(await outputOf(run('data-pipeline'))).toEqual({
    day: '2026-03-01',
    summary: '343 of 400 readings in 16 batches',
    warmest: 24.9,
  });
});

test('error-handling: all that goes wrong is dealt with', async () => {
  expect(await outputOf(run('error-handling'))).toEqual({
    flaky: { succeededAfter: 2 },
    slow: 'States.Timeout',
    customer: 'there is no customer bob',
    parallel: 'this branch always fails',
  });
});
