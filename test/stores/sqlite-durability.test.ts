import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ERRORS } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { StoredRun } from '../../src/stores/index.ts';
import { ended, keyIn, started, Writer } from '../conformance/batches.ts';
import { DataFolder } from '../logs/embedded.ts';

let folder: DataFolder;
beforeEach(() => {
  folder = new DataFolder();
});
afterEach(() => folder.remove());

/** Starts the writer, kills it once it has acknowledged `checkpoints` more, and answers the last acknowledged numbers. */
async function writeUntilKilled(
  token: string,
  checkpoints: number,
): Promise<{ append: number; checkpoint: number }> {
  const script = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, folder.path, token],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  const closed = once(child, 'close');
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('checkpoint').length > checkpoints) child.kill('SIGKILL');
  });
  await closed;
  // The last line may have been cut; what it would say was not acknowledged to anyone.
  const lines = output.split('\n').slice(0, -1);
  const last = (word: string) => Number(lines.findLast((line) => line.startsWith(word))?.split(' ')[1]);
  return { append: last('append'), checkpoint: last('checkpoint') };
}

test('kill -9 in mid-load loses nothing acknowledged, again and again', async () => {
  for (const [round, checkpoints] of [30, 400, 1_500].entries()) {
    const acknowledged = await writeUntilKilled(`round-${round}`, checkpoints);
    const { log, store, close } = await folder.open();
    expect(await log.head(0)).toBeGreaterThan(acknowledged.append);
    const reader = await log.open(0, 0, () => {});
    let offset = 0;
    for (let some = reader.take(1_000); some.length > 0; some = reader.take(1_000)) {
      for (const record of some) {
        expect(record).toEqual({ offset, value: `"${offset}"` });
        offset += 1;
      }
    }
    const state = await store.acquire(0, { token: `look-${round}`, epoch: (await store.epochOf(0)) + 1 });
    const n = state.checkpoint;
    expect(n).toBeGreaterThanOrEqual(acknowledged.checkpoint);
    expect(state.position).toBe(n);
    expect(state.dedupe.map((block) => block[0])).toEqual(Array.from({ length: n }, (_, i) => i + 1));
    const values = new Map(state.pending.map(({ run, value }) => [run, value]));
    expect(values).toEqual(
      new Map([
        [keyIn(0, 'w', n), `${n}`],
        [keyIn(0, 'w', n - 1), '"moved"'],
      ]),
    );
    const runs = await store.loadRuns(
      0,
      Array.from({ length: n }, (_, i) => keyIn(0, 'w', i + 1)),
    );
    expect(runs.map((run) => run?.head.status)).toEqual(
      runs.map((_, i) => (i + 1 > n - 2 ? 'RUNNING' : 'SUCCEEDED')),
    );
    expect(await store.history(keyIn(0, 'w', 1), 1, 10)).toEqual([
      { sequence: 1, value: '"start 1"' },
      { sequence: 2, value: '"end"' },
    ]);
    await close();
  }
}, 60_000);

test('opened again, the journal is there: fresh changes over older rows', async () => {
  const first = await folder.open();
  const writer = await Writer.acquire(first.store);
  const [a, b] = [keyIn(0, 'w', 1), keyIn(0, 'w', 2)];
  await writer.write([
    started(a, {}, [
      ['c', '1'],
      ['e', '1'],
    ]),
    started(b, {}, [['c', '1']]),
  ]);
  await first.store.listRuns({}, { limit: 1 });
  await writer.write([
    {
      key: a,
      cells: [
        ['c', '2'],
        ['e', null],
        ['t', '3'],
      ],
    },
    ended(b),
  ]);
  await first.close();
  const { store, close } = await folder.open();
  expect((await store.getRun(a))?.cells).toEqual([
    ['c', '2'],
    ['t', '3'],
  ]);
  expect(await store.getRun(b)).toEqual({ head: ended(b).head, cells: [] });
  const { pending } = await store.acquire(0, { token: 'b', epoch: 2 });
  expect(pending).toEqual([{ run: a, cell: 't', value: '3' }]);
  expect((await store.listRuns({ status: 'SUCCEEDED' }, { limit: 5 })).items).toEqual([ended(b).head]);
  await close();
});

test('under load the journal is folded bit by bit and stays small', async () => {
  const { store, close } = await folder.open();
  const writer = await Writer.acquire(store);
  const cell = (n: number) => `"${n}${'z'.repeat(20_000)}"`;
  const keys = Array.from({ length: 3_000 }, (_, n) => keyIn(0, 'w', n));
  for (let n = 0; n < keys.length; n += 10) {
    await writer.write(keys.slice(n, n + 10).map((key) => started(key, {}, [['c', cell(n)]])));
  }
  await close();
  const sql = new DatabaseSync(folder.file);
  const { size } = sql.prepare('SELECT sum(length(changes)) AS size FROM journal').get() as { size: number };
  expect(size).toBeLessThan(20 * 1024 * 1024);
  expect(sql.prepare('SELECT count(*) AS n FROM runs').get()).toMatchObject({ n: expect.any(Number) });
  sql.close();
  const again = await folder.open();
  const runs = await again.store.loadRuns(0, keys);
  expect(runs.map((run) => run?.cells[0]?.[1].length)).toEqual(keys.map((_, n) => cell(n - (n % 10)).length));
  await again.close();
});

test('a full disk refuses with STORE_FULL, loses nothing acknowledged, and goes on when there is room', async () => {
  const first = await folder.open({ maxBytes: 14 * 1024 * 1024 });
  const writer = await Writer.acquire(first.store);
  // Beyond 8 MiB the journal is being folded when the disk is full.
  const cell = `"${'f'.repeat(60_000)}"`;
  const acknowledged: string[] = [];
  let refused: unknown;
  for (let n = 0; refused === undefined && n < 1_000; n += 1) {
    const key = keyIn(0, 'w', n);
    const batch = writer.next({ runs: [started(key, {}, [['c', cell]])] });
    try {
      await first.store.checkpoint(batch);
      acknowledged.push(key);
    } catch (error) {
      refused = error;
    }
  }
  expect(refused).toMatchObject({ code: 'STORE_FULL', retryable: true });
  await expect(first.log.append(0, [cell, cell, cell])).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await first.log.head(0)).toBe(0);
  const whole = (run: StoredRun | undefined) => run?.cells[0]?.[1] === cell;
  expect((await first.store.loadRuns(0, acknowledged)).every(whole)).toBe(true);
  await first.close();

  const { log, store, close } = await folder.open();
  expect((await store.loadRuns(0, acknowledged)).every(whole)).toBe(true);
  const again = await Writer.acquire(store, 0, 2);
  expect(again.number).toBe(acknowledged.length);
  await again.write([started(keyIn(0, 'w', 5_000))]);
  expect(await log.append(0, [cell])).toBe(0);
  await close();
});

test('a checkpoint refused for want of space may be sent again as it is', async () => {
  const { store, close } = await folder.open({ maxBytes: 2 * 1024 * 1024 });
  const writer = await Writer.acquire(store);
  await store.putRecord('c', 'ballast', 'b'.repeat(1_500_000));
  const key = keyIn(0, 'w', 1);
  const batch = writer.next({ runs: [started(key, {}, [['c', `"${'f'.repeat(900_000)}"`]])] });
  await expect(store.checkpoint(batch)).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await store.getRun(key)).toBeUndefined();
  await store.deleteRecord('c', 'ballast');
  await store.checkpoint(batch);
  expect(await store.getRun(key)).toBeDefined();
  await close();
});

test('of many writes that share a transaction only the one too large is refused', async () => {
  const { store, log, close } = await folder.open({ maxBytes: 2 * 1024 * 1024 });
  const results = await Promise.allSettled([
    log.append(0, ['"before"']),
    store.putRecord('c', 'small', 'v'),
    store.putRecord('c', 'large', 'x'.repeat(4_000_000)),
    log.append(0, ['"after"']),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect((results[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'STORE_FULL' });
  expect((await log.open(0, 0, () => {})).take(5).map(({ value }) => value)).toEqual(['"before"', '"after"']);
  await close();
});

test.each([
  ['is no database', () => writeFileSync(folder.file, 'This is a text, not a database. '.repeat(500))],
  ['was cut off', () => truncateSync(folder.file, 5 * 8192)],
  ['has a page overwritten', () => overwrite(3 * 8192)],
  ['has its header overwritten', () => overwrite(0)],
])('a file that %s is refused at start with STORE_CORRUPT and the remedy', async (_, damage) => {
  const first = await folder.open();
  const writer = await Writer.acquire(first.store);
  for (let n = 0; n < 50; n += 1) {
    await writer.write([started(keyIn(0, 'w', n), {}, [['c', `"${'d'.repeat(2_000)}"`]])]);
  }
  await first.close();
  damage();
  const error: unknown = await folder.open().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'STORE_CORRUPT', remedy: ERRORS.STORE_CORRUPT.remedy });
  expect((error as Error).message).toContain(folder.file);
});

function overwrite(position: number): void {
  const content = Buffer.alloc(8192, 0x5a);
  const { openSync, writeSync, closeSync } = process.getBuiltinModule('node:fs');
  const file = openSync(folder.file, 'r+');
  writeSync(file, content, 0, content.length, position);
  closeSync(file);
}

test('a database of something else is refused', async () => {
  const sql = new DatabaseSync(folder.file);
  sql.exec('CREATE TABLE addresses (name TEXT)');
  sql.close();
  await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});

test('a second user of the folder gets STORE_LOCKED, the first goes on; afterwards the folder is free', async () => {
  const first = await folder.open();
  await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_LOCKED', retryable: true });
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '--eval',
    `import { openEmbedded } from ${JSON.stringify(new URL('../../src/logs/index.ts', import.meta.url).href)};
     await openEmbedded({ dataDir: ${JSON.stringify(folder.path)}, partitions: 2, limits: {}, now: Date.now })
       .then(() => console.log('opened'), (error) => console.log(error.code));`,
  ]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'close');
  expect(output.trim()).toBe('STORE_LOCKED');
  await first.log.append(0, ['"still"']);
  await first.close();
  await (await folder.open()).close();
});

test('another schema version is refused with STORE_VERSION', async () => {
  await (await folder.open()).close();
  const sql = new DatabaseSync(folder.file);
  sql.exec("UPDATE meta SET value = 999 WHERE name = 'schema_version'");
  sql.close();
  await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_VERSION' });
});

test('another partition count is refused with PARTITIONS_CHANGED', async () => {
  await (await folder.open()).close();
  await expect(folder.open({ partitions: 3 })).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
});

test('finished runs, dead letters and records leave by age, in the course of other writes', async () => {
  const { store, close } = await folder.open({
    finishedRunsMs: 60_000,
    deadLettersMs: 60_000,
    limits: LIMITS,
  });
  const writer = await Writer.acquire(store);
  const keys = Array.from({ length: 100 }, (_, n) => keyIn(0, 'w', n));
  const live = keyIn(0, 'w', 1_000);
  await writer.write([...keys.map((key) => ended(key, { endedAt: folder.time })), started(live)], {
    deadLetters: [{ id: 'd', partition: 0, reason: 'RUN_FAILED', message: '', at: folder.time }],
  });
  await store.putRecord('c', 'old', 'v', folder.time + 1_000);
  await store.listRuns({}, { limit: 1 });
  folder.time += 60_001;
  for (let i = 0; i < 10; i += 1) await writer.write([]);
  expect(await store.listRuns({}, { limit: 200 })).toEqual({ items: [started(live).head] });
  expect(await store.deadLetter('d')).toBeUndefined();
  await close();
  const sql = new DatabaseSync(folder.file);
  expect(sql.prepare('SELECT count(*) AS n FROM records').get()).toEqual({ n: 0 });
  expect(sql.prepare('SELECT finished, dead_letters FROM partitions').get()).toEqual({
    finished: 0,
    dead_letters: 0,
  });
  sql.close();
});

test('a run that goes on after its end is not taken for an old finished one', async () => {
  const { store, close } = await folder.open({ finishedRunsMs: 60_000 });
  const writer = await Writer.acquire(store);
  const key = keyIn(0, 'w', 1);
  await writer.write([{ ...ended(key, { endedAt: folder.time }), history: ['"first"'], historyFrom: 1 }]);
  await store.listRuns({}, { limit: 1 });
  await writer.write([{ ...started(key), history: ['"redrive"'], historyFrom: 2 }]);
  folder.time += 60_001;
  for (let i = 0; i < 3; i += 1) await writer.write([]);
  expect(await store.history(key, 1, 10)).toHaveLength(2);
  expect((await store.listRuns({ status: 'RUNNING' }, { limit: 1 })).items).toEqual([started(key).head]);
  expect(await store.history(key, 1, 10)).toHaveLength(2);
  await close();
});
