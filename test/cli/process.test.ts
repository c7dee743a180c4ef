/** The command line as real processes: what starts, what does not, what a signal or a kill -9 leaves behind. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TidegateClient } from '../../src/client/index.ts';
import { Running, startServer, tidegate } from './tidegate-process.ts';

// Each test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });
const poll: typeof expect.poll = (read) => expect.poll(read, { timeout: 60_000 });

let folder: string;
const started: Running[] = [];
const closing: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-process-'));
});
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true });
});

async function start(dataDir: string, words: readonly string[] = []) {
  const server = await startServer(join(folder, dataDir), words);
  started.push(server.process);
  const client = new TidegateClient(server.address);
  closing.push(() => void client.close());
  return { ...server, client };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A target for calls; `answer` decides about each. */
async function target(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a file is run by an engine of its own: progress on stderr, the output alone on stdout, no folder left', async () => {
  const functions = file('functions.ts', 'export const double = (value: number): number => value * 2;\n');
  const definition = file(
    'double.yaml',
    'tasks:\n  twice: { function: { name: double, input: "${input.n}" } }\noutput: ${results.twice}\n',
  );
  const { code, stdout, stderr } = await tidegate(
    ['run', definition, '--functions', functions, '--input', '{"n": 4}'],
    {
      cwd: folder,
    },
  );
  expect([code, stdout]).toEqual([0, '8\n']);
  expect(stderr).toContain('task twice succeeded');
  expect(stderr).not.toContain('\u001b');
  expect(existsSync(join(folder, '.tidegate'))).toBe(false);
});

test('a run that fails ends with 1, a definition that is wrong with 3, an input that is none with 3', async () => {
  const definition = file('failing.yaml', 'tasks:\n  a: { function: missing }\n');
  const [failed, invalid, input] = await Promise.all([
    tidegate(['run', definition]),
    tidegate(['run', file('cycle.yaml', 'tasks:\n  a: { needs: a }\n')]),
    tidegate(['run', definition, '--input', '{"a":']),
  ]);
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('FUNCTION_NOT_FOUND')]);
  expect([invalid.code, invalid.stderr]).toEqual([3, expect.stringContaining('DAG_CYCLE')]);
  expect([input.code, input.stderr]).toEqual([3, expect.stringContaining('INVALID_JSON')]);
});

test('SIGTERM ends a server in order, with 0', async () => {
  const { process, client } = await start('data');
  await client.ready();
  process.kill('SIGTERM');
  const { code, stdout } = await process.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('{"state":"stopped"}');
});

test('while a call is under way a second signal ends the process at once; the next start makes the call again', async () => {
  let answering = false;
  const called = Promise.withResolvers<void>();
  const url = await target((_request, response) => {
    if (answering) response.end('done');
    else called.resolve();
  });
  const { process, client } = await start('data', ['--drain-ms', '60000']);
  await client.putWorkflow('slow', 'dag', { tasks: { a: { http: { url } } } });
  await client.startRun('slow', { id: 's' });
  await called.promise;
  process.kill('SIGTERM');
  await poll(() => process.stderr).toContain('stopping');
  process.kill('SIGTERM');
  expect((await process.ended).code).toBe(130);

  answering = true;
  const again = await start('data');
  await poll(async () => (await again.client.getRun('slow', 's')).status).toBe('SUCCEEDED');
});

test('a call under way that ends within the drain is not made again', async () => {
  const calls: (() => void)[] = [];
  const url = await target((_request, response) => void calls.push(() => response.end('done')));
  const { process, client } = await start('data');
  await client.putWorkflow('slow', 'dag', { tasks: { a: { http: { url } } } });
  await client.startRun('slow', { id: 's' });
  await poll(() => calls.length).toBe(1);
  process.kill('SIGTERM');
  await poll(() => process.stderr).toContain('stopping');
  calls[0]?.();
  expect((await process.ended).code).toBe(0);
  const again = await start('data');
  await poll(async () => (await again.client.getRun('slow', 's')).status).toBe('SUCCEEDED');
  expect(calls).toHaveLength(1);
});

test('after kill -9 in mid-run the next start finishes the run, under the same idempotency keys', async () => {
  const keys = new Map<string, string[]>();
  const second = Promise.withResolvers<void>();
  let answering = false;
  const url = await target((request, response) => {
    const path = request.url as string;
    keys.set(path, [...(keys.get(path) ?? []), String(request.headers['idempotency-key'])]);
    if (path === '/first' || answering)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(path));
    else second.resolve();
  });
  const definition = {
    tasks: {
      first: { http: { url: `${url}/first` } },
      pause: { needs: 'first', wait: '50ms' },
      second: { needs: 'pause', http: { url: `${url}/second` } },
      many: { needs: 'second', forEach: [1, 2, 3, 4], http: { url: `${url}/many`, body: '${item}' } },
    },
    output: ['${results.first}', '${results.second}', '${size(results.many)}'],
  };
  const before = await start('data');
  await before.client.putWorkflow('steps', 'dag', definition);
  await before.client.startRun('steps', { id: 'r' });
  await second.promise;
  before.process.kill('SIGKILL');
  await before.process.ended;

  answering = true;
  const { client } = await start('data');
  await poll(async () => (await client.getRun('steps', 'r')).status).toBe('SUCCEEDED');
  expect((await client.getRun('steps', 'r')).output).toEqual(['/first', '/second', 4]);
  expect(keys.get('/first')).toHaveLength(1);
  expect(new Set(keys.get('/second')).size).toBe(1);
  expect(keys.get('/second')?.length).toBeGreaterThan(1);
});

test('`run FILE` with a data folder and an id goes on where a kill -9 left it', async () => {
  const called = Promise.withResolvers<void>();
  const calls: string[] = [];
  let answering = false;
  const url = await target((request, response) => {
    calls.push(request.url as string);
    if (request.url === '/first' || answering) response.end('done');
    else called.resolve();
  });
  const definition = file(
    'two.yaml',
    `tasks:\n  first: { http: { url: "${url}/first" } }\n  second: { needs: first, http: { url: "${url}/second" } }\n`,
  );
  const words = ['run', definition, '--data-dir', join(folder, 'kept'), '--id', 'r'];
  const first = new Running(words);
  started.push(first);
  await Promise.race([called.promise, first.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  first.kill('SIGKILL');
  await first.ended;
  answering = true;
  const { code, stderr } = await tidegate(words);
  expect([code, stderr]).toEqual([0, expect.stringContaining('two/r SUCCEEDED')]);
  expect(calls).toEqual(['/first', '/second', '/second']);
});

test('a data folder in use, a port taken, a damaged file: one line with a remedy, and 6', async () => {
  const { address } = await start('data');
  const port = new URL(address).port;
  const damaged = join(folder, 'damaged');
  const { process } = await start('damaged');
  process.kill('SIGTERM');
  await process.ended;
  const database = join(damaged, 'tidegate.db');
  const bytes = readFileSync(database);
  writeFileSync(database, bytes.fill(0xff, 0, 4096));

  const [locked, taken, corrupt] = await Promise.all([
    tidegate(['start', '--port', '0', '--data-dir', join(folder, 'data')]),
    tidegate(['start', '--port', port, '--data-dir', join(folder, 'other')]),
    tidegate(['start', '--port', '0', '--data-dir', damaged]),
  ]);
  expect([locked.code, locked.stderr]).toEqual([
    6,
    expect.stringMatching(/^STORE_LOCKED: .*\n.*choose another folder\.\n$/),
  ]);
  expect([taken.code, taken.stderr]).toEqual([
    6,
    expect.stringMatching(/^CANNOT_START: port \d+ of 127\.0\.0\.1 is taken\n.*--port/),
  ]);
  expect([corrupt.code, corrupt.stderr]).toEqual([6, expect.stringMatching(/^STORE_CORRUPT: .*\n.*backup/)]);
});

test('beyond the loopback without keys the server refuses to start', async () => {
  const { code, stderr } = await tidegate([
    'start',
    '--host',
    '0.0.0.0',
    '--port',
    '0',
    '--data-dir',
    join(folder, 'data'),
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('TIDEGATE_API_KEYS')]);
});

test('API keys of the configuration are asked for', async () => {
  const key = 'k'.repeat(32);
  const { address } = await start('data', ['--api-keys', `${key}:read+write`]);
  const environment = { TIDEGATE_SERVER: address };
  const [without, withKey] = await Promise.all([
    tidegate(['runs', 'list'], { environment }),
    tidegate(['runs', 'list'], { environment: { ...environment, TIDEGATE_API_KEY: key } }),
  ]);
  expect([without.code, without.stderr]).toEqual([4, expect.stringContaining('UNAUTHENTICATED')]);
  expect(withKey.code).toBe(0);
});
