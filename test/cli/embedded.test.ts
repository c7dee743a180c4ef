import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTidegate } from '../../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-embedded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a program gets an engine without a front end, and its runs are there at the next start', async () => {
  const dataDir = join(folder, 'data');
  const first = await startTidegate({ dataDir, functions: { greet: (name) => `Hello, ${name}` } });
  expect(first.address).toBeUndefined();
  await first.gateway.putWorkflow('greeting', {
    format: 'dag',
    definition: {
      tasks: { greet: { function: { name: 'greet', input: '${input}' } } },
      output: '${results.greet}',
    },
  });
  const { run } = await first.gateway.startRun('greeting', { id: 'a', input: 'Ada' }, { waitMs: 10_000 });
  expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'Hello, Ada' });
  await Promise.all([first.stop(), first.stop()]);

  const second = await startTidegate({ dataDir });
  expect(await second.gateway.getRun('greeting', 'a')).toMatchObject({ output: 'Hello, Ada' });
  await second.stop();
});

test('a start that fails lets go of the folder', async () => {
  const dataDir = join(folder, 'data');
  await expect(startTidegate({ dataDir, frontend: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
  });
  const again = await startTidegate({ dataDir });
  await again.stop();
});

test('another number of partitions than the folder was made with is refused', async () => {
  const dataDir = join(folder, 'data');
  await (await startTidegate({ dataDir, partitions: 2 })).stop();
  await expect(startTidegate({ dataDir, partitions: 3 })).rejects.toMatchObject({
    code: 'PARTITIONS_CHANGED',
  });
});
