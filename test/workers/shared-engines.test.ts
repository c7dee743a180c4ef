import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import {
  type GatewayProcess,
  startEngine,
  startGateway,
  startWorker,
  type WorkerProcess,
} from '../../src/workers/index.ts';

const PARTITIONS = 8;
const LEASE_MS = 1_000;
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
});

function storage() {
  return {
    log: new MemoryLog({ partitions: PARTITIONS }),
    store: new MemoryStore({ partitions: PARTITIONS, limits: LIMITS, now: Date.now, shared: true }),
  };
}
type Storage = ReturnType<typeof storage>;

async function worker(over: Storage, called: unknown[] = []): Promise<WorkerProcess> {
  const functions = new Map([['note', (input: unknown) => void called.push(input)]]);
  const process = await startWorker({ ...over, functions, leaseMs: LEASE_MS, handOverMs: 50 });
  stops.push(() => process.stop());
  return process;
}
async function gateway(over: Storage): Promise<GatewayProcess['gateway']> {
  const process = await startGateway(over);
  stops.push(() => process.stop());
  return process.gateway;
}

const until = (condition: () => boolean | Promise<boolean>) =>
  expect.poll(condition, { timeout: 10_000, interval: 10 }).toBe(true);

const ownedBy = (workers: readonly WorkerProcess[]) =>
  workers.flatMap(({ worker }) => worker.owned).toSorted((a, b) => a - b);
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);

const NOTE_DAG = {
  format: 'dag',
  definition: { tasks: { a: { function: { name: 'note', input: '${run.input}' } } } },
};

describe('several workers over one store', () => {
  it('share the partitions evenly, and take over what one gives back or leaves behind', async () => {
    const over = storage();
    const workers = [await worker(over), await worker(over)];
    await until(() => workers.every(({ worker }) => worker.owned.length === PARTITIONS / 2));
    expect(ownedBy(workers)).toEqual(ALL);
    workers.push(await worker(over), await worker(over));
    await until(() => workers.every(({ worker }) => worker.owned.length === PARTITIONS / 4));
    expect(ownedBy(workers)).toEqual(ALL);
    await workers.shift()!.stop();
    await until(() => ownedBy(workers).length === PARTITIONS);
    expect(ownedBy(workers)).toEqual(ALL);
  });

  it('run what a gateway of another process starts, and tell it', async () => {
    const over = storage();
    const called: unknown[] = [];
    await worker(over, called);
    await worker(over, called);
    const remote = await gateway(over);
    await remote.putWorkflow('noted', NOTE_DAG);
    const { run, created } = await remote.startRun('noted', { input: 7 }, { waitMs: 10_000 });
    expect(created).toBe(true);
    expect(run).toMatchObject({ status: 'SUCCEEDED', input: 7 });
    expect(called).toEqual([7]);
    await expect(remote.startRun('noted', { id: run.id, input: 8 })).rejects.toMatchObject({
      code: 'RUN_EXISTS',
    });
  });

  it('tell a watcher in another process of tasks and of the end', async () => {
    const over = storage();
    const process = await worker(over);
    const remote = await gateway(over);
    const first = { function: { name: 'note', input: 1 } };
    const tasks = { begin: { wait: '300ms' }, last: { needs: 'begin', ...first } };
    await remote.putWorkflow('watched', { format: 'dag', definition: { tasks } });
    await until(() => process.worker.owned.length === PARTITIONS);
    await remote.startRun('watched', { id: 'w1' });
    const seen: string[] = [];
    const unwatch = await remote.watchRun('watched', 'w1', (notice) =>
      seen.push(notice.kind === 'task' ? `${notice.task} ${notice.state}` : notice.run.status),
    );
    await until(() => seen.includes('SUCCEEDED'));
    expect(seen).toEqual(expect.arrayContaining(['RUNNING', 'last started', 'last succeeded', 'SUCCEEDED']));
    unwatch();
  });

  it('learn of versions that another process stores', async () => {
    const over = storage();
    const first = await gateway(over);
    const second = await gateway(over);
    const called: unknown[] = [];
    await worker(over, called);
    const triggers = (body: string) => ({
      format: 'triggers',
      definition: {
        run: { correlate: 'event.subject' },
        triggers: [
          {
            id: 't',
            activationEvents: [{ type: 'part' }],
            condition: { type: 'always' },
            actions: [{ type: 'function', name: 'note', input: body }],
          },
        ],
      },
    });
    const event = (id: string) => ({
      specversion: '1.0' as const,
      id,
      source: '/line',
      type: 'part',
      subject: id,
      workflow: 'parts',
    });
    await second.publish([event('before')]);
    await until(async () => (await first.listDeadLetters({}, { limit: 10 })).items.length === 1);
    await first.putWorkflow('parts', triggers('one'));
    await second.publish([event('after')]);
    await until(() => called.includes('one'));
    await first.putWorkflow('parts', triggers('two'));
    let n = 0;
    await until(async () => {
      await second.publish([event(`later-${n++}`)]);
      return called.includes('two');
    });
  });

  it('keep a standing run whole while its partition wanders', async () => {
    const over = storage();
    const called: unknown[] = [];
    const workers = [await worker(over, called)];
    const remote = await gateway(over);
    await remote.putWorkflow('count', {
      format: 'triggers',
      definition: {
        run: 'standing',
        triggers: [
          {
            id: 'all',
            activationEvents: [{ type: 'part' }],
            condition: { type: 'counter', threshold: 400 },
            actions: [{ type: 'function', name: 'note', input: '${context.count}' }],
            transient: false,
          },
        ],
      },
    });
    for (let i = 0; i < 400; i++) {
      await remote.publish([
        { specversion: '1.0', id: `${i}`, source: '/line', type: 'part', workflow: 'count' },
      ]);
      if (i % 100 === 40) workers.push(await worker(over, called));
      if (i % 100 === 80) await workers.shift()!.stop();
    }
    await until(() => called.length > 0);
    expect(new Set(called)).toEqual(new Set([400]));
  });
});

describe('a worker that holds its leases but finds itself fenced', () => {
  it('cannot write, asks, and takes over again under a higher epoch', async () => {
    const over = storage();
    const called: unknown[] = [];
    const sleeper = await worker(over, called);
    await until(() => sleeper.worker.owned.length === PARTITIONS);
    // Somebody who should not have it has taken everything, under an epoch far ahead.
    const thief = 'thief';
    for (const partition of ALL) await over.store.acquire(partition, { token: thief, epoch: 2 ** 40 });
    const remote = await gateway(over);
    await remote.putWorkflow('noted', NOTE_DAG);
    const { run } = await remote.startRun('noted', { input: 1 }, { waitMs: 10_000 });
    expect(run.status).toBe('SUCCEEDED');
    const partition = partitionOf(`noted/${run.id}`, PARTITIONS);
    expect(await over.store.epochOf(partition)).toBeGreaterThan(2 ** 40);
  });
});

describe('the id of a run that was given none', () => {
  it('is one that events can name, whatever the random token begins with', async () => {
    const over = storage();
    const engine = await startEngine({
      ...over,
      functions: new Map([['note', (input) => input]]),
      randomness: { token: () => `-${randomBytes(18).toString('base64url')}` },
    });
    stops.push(() => engine.stop());
    await engine.gateway.putWorkflow('noted', NOTE_DAG);
    const { run } = await engine.gateway.startRun('noted', { input: 1 }, { waitMs: 10_000 });
    expect(run).toMatchObject({ status: 'SUCCEEDED', id: expect.stringMatching(/^_/) });
  });
});

describe('one process over a shared store', () => {
  it('is worker and gateway in one', async () => {
    const over = storage();
    const engine = await startEngine({ ...over, functions: new Map([['note', (input) => input]]) });
    stops.push(() => engine.stop());
    await engine.gateway.putWorkflow('noted', NOTE_DAG);
    const { run } = await engine.gateway.startRun('noted', { input: [1] }, { waitMs: 10_000 });
    expect(run.status).toBe('SUCCEEDED');
    expect((await engine.gateway.health()).reasons).toEqual([]);
  });
});
