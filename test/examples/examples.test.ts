import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Running } from '../cli/tidegate-process.ts';

vi.setConfig({ testTimeout: 60_000 });

function run(example: string) {
  const program = fileURLToPath(new URL(`../../examples/${example}/start.ts`, import.meta.url));
  return new Running([], { program }).ended;
}

test('embedding: a run over named functions succeeds, one of them after a retry', async () => {
  const { code, stdout, stderr } = await run('embedding');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('SUCCEEDED {"day":"monday","total":60}');
});

test('plain-triggers: counter, join, sequence, window and a trigger added live fire once each', async () => {
  const { code, stdout, stderr } = await run('plain-triggers');
  expect([code, stderr]).toEqual([0, '']);
  const fired = stdout.split('\n').filter((line) => line.startsWith('  fired: '));
  expect(fired.map((line) => JSON.parse(line.slice(9)))).toEqual([
    { trigger: 'four-parts', count: 4 },
    { trigger: 'all-sides' },
    { trigger: 'opened-then-started', machine: 'press-1' },
    { trigger: 'too-hot', celsius: 99 },
    { trigger: 'alarm' },
  ]);
  expect(stdout).toContain('all triggers fired as they should');
});

test('callback: the task is completed through its signed URL, once', async () => {
  const { code, stdout, stderr } = await run('callback');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('run: SUCCEEDED {"file":"report-5.pdf"}');
  expect(stdout).toContain('success answered with 410');
});

test('publishing: three workflows talk through the log', async () => {
  const { code, stdout, stderr } = await run('publishing');
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  expect(lines.slice(0, 3).toSorted()).toEqual(['shipping order-1', 'shipping order-2', 'shipping order-3']);
  expect(lines[3]).toBe('shipped today: 3');
});
