/** Workers and front ends as processes of their own, over real servers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Running, tidegate } from '../cli/tidegate-process.ts';
import { type RedisServer, startRedis, tcpProxy } from '../servers/index.ts';
import {
  clientOf,
  installationOver,
  type LogKind,
  listening,
  type RoleProcess,
  readinessOf,
  startRole,
} from './installation.ts';

vi.setConfig({ testTimeout: 120_000 });
const poll: typeof expect.poll = (read) => expect.poll(read, { timeout: 60_000, interval: 50 });

let redis: RedisServer;
let functions: Server;
let functionUrl: string;
/** Idempotency keys of the calls, one per effect. */
const keys = new Set<string>();
beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'always' });
  functions = createServer((request, response) => {
    keys.add(String(request.headers['idempotency-key']));
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => functions.listen(0, '127.0.0.1', resolve));
  functionUrl = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  functions.close();
  await redis.stop();
});

const running: RoleProcess[] = [];
afterEach(async () => {
  for (const { process } of running.splice(0)) {
    process.kill('SIGKILL');
    await process.ended;
  }
});
async function start(
  role: 'worker' | 'frontend',
  environment: Readonly<Record<string, string>>,
): Promise<RoleProcess> {
  const started = await startRole(role, environment);
  running.push(started);
  return started;
}

const chain = () => ({
  tasks: {
    call: { http: { url: functionUrl } },
    pause: { needs: 'call', wait: '100ms' },
    again: { needs: 'pause', http: { url: functionUrl } },
  },
  output: { ok: '${results.again.ok}' },
});

describe.each<LogKind>(['kafka', 'nats', 'redis'])('over %s', (log) => {
  test('a DAG runs, its worker is killed in mid-run, and another finishes it under the same keys', async () => {
    const environment = await installationOver(log, redis.url);
    const first = await start('worker', environment);
    const frontend = await start('frontend', environment);
    const client = clientOf(frontend);
    await poll(() => readinessOf(first)).toBe('ready');
    await client.putWorkflow('chain', 'dag', chain());
    const done = await client.startRun('chain', { input: 1 }, { waitMs: 60_000 });
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { ok: true } });

    const waiting = { ...chain(), tasks: { ...chain().tasks, pause: { needs: 'call', wait: '3s' } } };
    await client.putWorkflow('slow', 'dag', waiting);
    const run = await client.startRun('slow', { input: 1 });
    await start('worker', environment);
    first.process.kill('SIGKILL');
    await poll(async () => (await client.getRun('slow', run.id)).status).toBe('SUCCEEDED');
    expect([...keys].filter((key) => key.includes(run.id))).toHaveLength(2);
    expect(await client.listDeadLetters()).toMatchObject({ items: [] });
    await client.close();
  });

  test('what is no event, or nobody’s, becomes a dead letter with its reason, and nothing stops', async () => {
    const environment = await installationOver(log, redis.url);
    const worker = await start('worker', environment);
    const client = clientOf(await start('frontend', environment));
    await poll(() => readinessOf(worker)).toBe('ready');
    const event = { specversion: '1.0', source: '/line', type: 'part' } as const;
    await client.publish([
      { ...event, id: '1', workflow: 'unknown', run: 'r' },
      { ...event, id: '2', workflow: 'unknown' },
      { ...event, id: '3' },
    ]);
    await poll(async () => (await client.listDeadLetters()).items.map(({ reason }) => reason).sort()).toEqual(
      ['EVENT_FOR_UNKNOWN_RUN', 'EVENT_FOR_UNKNOWN_WORKFLOW', 'EVENT_WITHOUT_RUN'],
    );
    await client.putWorkflow('chain', 'dag', chain());
    expect((await client.startRun('chain', {}, { waitMs: 60_000 })).status).toBe('SUCCEEDED');
    await client.close();
  });
});

describe('a worker whose Redis', () => {
  test('is full says so in /readyz, loses nothing, and goes on when there is room', async () => {
    const own = await startRedis({ config: { 'maxmemory-policy': 'noeviction' } });
    const admin = new Redis(own.url);
    try {
      const environment = await installationOver('nats', own.url);
      const worker = await start('worker', environment);
      const client = clientOf(await start('frontend', environment));
      await poll(() => readinessOf(worker)).toBe('ready');
      await client.putWorkflow('chain', 'dag', chain());
      await admin.config('SET', 'maxmemory', '1mb');
      const starting = client.startRun('chain', { id: 'r1' }, { waitMs: 60_000 });
      await poll(() => readinessOf(worker)).toContain('STORE_FULL');
      await admin.config('SET', 'maxmemory', '0');
      expect((await starting).status).toBe('SUCCEEDED');
      await poll(() => readinessOf(worker)).toBe('ready');
      await client.close();
    } finally {
      admin.disconnect();
      await own.stop();
    }
  });

  test('became a replica waits for its master, with the reason', async () => {
    const [own, master] = await Promise.all([startRedis(), startRedis()]);
    const admin = new Redis(own.url);
    try {
      const environment = await installationOver('nats', own.url);
      const worker = await start('worker', environment);
      await poll(() => readinessOf(worker)).toBe('ready');
      await admin.config('SET', 'replica-read-only', 'yes');
      await admin.replicaof('127.0.0.1', 1);
      await poll(() => readinessOf(worker)).toContain('STORE_UNAVAILABLE');
      await admin.replicaof('NO', 'ONE');
      await poll(() => readinessOf(worker)).toBe('ready');
    } finally {
      admin.disconnect();
      await Promise.all([own.stop(), master.stop()]);
    }
  });

  test('is away when it starts waits for it', async () => {
    const proxy = await tcpProxy({ host: '127.0.0.1', port: redis.port });
    try {
      proxy.cut();
      const environment = await installationOver('nats', `redis://127.0.0.1:${proxy.port}`);
      const process = new Running(['worker', '--json'], { environment });
      await poll(() => process.stderr).toContain('waiting to start: STORE_UNAVAILABLE');
      proxy.mend();
      const worker = await listening(process);
      running.push(worker);
      await poll(() => readinessOf(worker)).toBe('ready');
    } finally {
      await proxy.close();
    }
  });

  test('wants another password ends at once, with the code and without the password', async () => {
    const own = await startRedis({ config: { requirepass: 'right' } });
    try {
      const environment = await installationOver('nats', own.url.replace('right', 'wrong-one'));
      const { code, stderr } = await tidegate(['worker'], { environment });
      expect(stderr).toContain('ACCESS_DENIED');
      expect(stderr).not.toContain('wrong-one');
      expect(code).not.toBe(0);
    } finally {
      await own.stop();
    }
  });
});

test('another number of partitions, or another log, is refused by the installation', async () => {
  const environment = await installationOver('nats', redis.url);
  await start('worker', environment);
  const partitions = await tidegate(['frontend'], {
    environment: { ...environment, TIDEGATE_PARTITIONS: '8' },
  });
  expect(partitions.stderr).toContain('PARTITIONS_CHANGED');
  const other = await tidegate(['frontend'], {
    environment: { ...environment, TIDEGATE_LOG: 'redis' },
  });
  expect(other.stderr).toContain('its positions would mean other events');
  expect([partitions.code, other.code]).not.toContain(0);
});
