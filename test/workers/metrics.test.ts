import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { metricsText } from '../../src/frontend/metrics-text.ts';
import { MemoryLog } from '../../src/logs/index.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { Checkpoint } from '../../src/stores/index.ts';
import { MemoryStore } from '../../src/stores/index.ts';
import { type Engine, startEngine } from '../../src/workers/index.ts';
import { METRICS } from '../../src/workers/metric-table.ts';
import { parseExposition } from './exposition.ts';

const always = { type: 'always' as const };
const on = (id: string, type: string, actions: object[], subject?: string) => ({
  id,
  activationEvents: [{ type, ...(subject && { subject }) }],
  condition: always,
  actions,
});

/** Runs of one task that fails once, and of a timer; standing runs of a counter. */
const TASK = {
  triggers: [
    on('begin', 'dev.tidegate.run.started', [
      { type: 'function', name: 'once', input: '${run.id}', retry: { maxAttempts: 2, intervalMs: 1 } },
    ]),
    on('end', 'dev.tidegate.task.succeeded', [{ type: 'complete' }], 'begin'),
    on('failed', 'dev.tidegate.task.failed', [{ type: 'fail', error: 'NO' }], 'begin'),
  ],
};
const COUNTER = {
  run: 'standing',
  triggers: [
    {
      id: 'count',
      activationEvents: [{ type: 'part' }],
      condition: { type: 'counter', threshold: 4 },
      actions: [{ type: 'set-timer', name: 't', afterMs: 3_600_000 }],
    },
  ],
};

async function engineOf(store: MemoryStore, partitions: number): Promise<Engine> {
  const tried = new Set<string>();
  const engine = await startEngine({
    log: new MemoryLog({ partitions }),
    store,
    functions: new Map([
      [
        'once',
        (input: unknown) => {
          const run = String(input);
          if (run === 'bad') throw Object.assign(new Error('never'), { retryable: false });
          if (tried.has(run)) return run;
          tried.add(run);
          throw new Error('not yet');
        },
      ],
    ]),
  });
  onTestFinished(() => engine.stop());
  return engine;
}

const storeOf = (partitions: number) => new MemoryStore({ partitions, limits: LIMITS, now: Date.now });

async function scrape({ gateway }: Engine) {
  const families = parseExposition(metricsText(await gateway.metrics()));
  return {
    families,
    /** Sum over all samples of the name whose labels hold the text. */
    total(name: string, labels = '') {
      let sum = 0;
      for (const { samples } of families.values())
        for (const [key, value] of samples)
          if ((key === name || key.startsWith(`${name}{`)) && key.includes(labels)) sum += value;
      return sum;
    },
  };
}

describe('the metrics', () => {
  it('count what happened in a run of the engine', async () => {
    const engine = await engineOf(storeOf(3), 3);
    const { gateway } = engine;
    await gateway.putWorkflow('task', { format: 'triggers', definition: TASK });
    await gateway.putWorkflow('parts', { format: 'triggers', definition: COUNTER });
    const before = await scrape(engine);
    for (const id of ['a', 'b', 'c', 'bad']) await gateway.startRun('task', { id }, { waitMs: 10_000 });
    const part = (id: string) => ({
      specversion: '1.0' as const,
      id,
      source: '/line',
      type: 'part',
      workflow: 'parts',
    });
    await gateway.publish(['1', '2', '3', '3', '3', '4'].map(part));
    await gateway.publish([{ ...part('5'), workflow: 'nobody' }]);
    await expect.poll(async () => (await scrape(engine)).total('tidegate_timers_pending')).toBe(1);
    await expect.poll(async () => (await scrape(engine)).total('tidegate_dead_letters_total')).toBe(1);
    await expect.poll(async () => (await scrape(engine)).total('tidegate_partition_lag')).toBe(0);
    const after = await scrape(engine);
    const grown = (name: string, labels?: string) => after.total(name, labels) - before.total(name, labels);
    // Starts are events too.
    expect(grown('tidegate_events_total')).toBe(4 + 6 + 1);
    expect(grown('tidegate_duplicate_events_total')).toBe(2);
    // Per run: its start and the task's end; the counter's four.
    expect(grown('tidegate_events_matched_total')).toBe(4 * 2 + 4);
    expect(grown('tidegate_runs_started_total')).toBe(4);
    expect(grown('tidegate_runs_ended_total', 'status="SUCCEEDED"')).toBe(3);
    expect(grown('tidegate_runs_ended_total', 'status="FAILED"')).toBe(1);
    expect(grown('tidegate_runs_ended_total')).toBe(4);
    expect(grown('tidegate_dead_letters_total', 'reason="EVENT_FOR_UNKNOWN_WORKFLOW"')).toBe(1);
    expect(grown('tidegate_effect_seconds_count', 'outcome="succeeded"')).toBe(3);
    expect(grown('tidegate_effect_seconds_count', 'outcome="failed"')).toBe(4);
    expect(grown('tidegate_effect_retries_total', 'type="function"')).toBe(3);
    // The three retries waited for a timer.
    expect(grown('tidegate_timers_fired_total')).toBe(3);
    expect(grown('tidegate_batch_records_sum')).toBe(grown('tidegate_events_total'));
    expect(after.total('tidegate_checkpoint_seconds_count')).toBe(after.total('tidegate_checkpoints_total'));
    expect(after.total('tidegate_checkpoint_bytes_count')).toBe(after.total('tidegate_checkpoints_total'));
    expect(after.total('tidegate_checkpoint_bytes_sum')).toBeGreaterThan(0);
    expect(after.total('tidegate_partitions_owned')).toBe(3);
    expect(after.total('tidegate_partition_takeovers_total')).toBe(3);
    expect(after.families.get('tidegate_partition_lag')?.samples.size).toBe(3);
    for (const name of [
      'tidegate_effects_in_flight',
      'tidegate_effects_waiting',
      'tidegate_timers_due',
      'tidegate_partition_stalled',
    ])
      expect(after.total(name), name).toBe(0);
  });

  it('tell of a store that is away, and of the checkpoint that was sent again', async () => {
    const store = storeOf(1);
    const engine = await engineOf(store, 1);
    await engine.gateway.putWorkflow('parts', { format: 'triggers', definition: COUNTER });
    const { checkpoint } = store;
    let away = true;
    store.checkpoint = async (given: Checkpoint) => {
      if (away) throw new TidegateError('STORE_UNAVAILABLE', 'away');
      return checkpoint.call(store, given);
    };
    await engine.gateway.publish([
      { specversion: '1.0', id: '1', source: '/line', type: 'part', workflow: 'parts' },
    ]);
    await expect.poll(async () => (await scrape(engine)).total('tidegate_partition_stalled')).toBe(1);
    const retries = (await scrape(engine)).total('tidegate_checkpoint_retries_total');
    expect(retries).toBeGreaterThanOrEqual(1);
    away = false;
    await expect
      .poll(async () => (await scrape(engine)).total('tidegate_partition_stalled'), { timeout: 10_000 })
      .toBe(0);
    expect(await store.getRun('parts/standing')).toBeDefined();
  });

  it('have a row each in docs/metrics.md, and no other stands there', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const [, table = ''] = /<!-- metrics -->\n\|.*\n\|[-|]+\n([\s\S]*?)<!-- end -->/.exec(page) ?? [];
    expect(table.trim().split('\n')).toEqual(
      METRICS.map(({ name, type, labels, help }) => {
        const named = labels.map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} |${named === '' ? '' : ` ${named}`} | ${help} |`;
      }),
    );
  });

  it('have the labels that are documented, and follow the naming rules of Prometheus', async () => {
    const engine = await engineOf(storeOf(1), 1);
    await engine.gateway.putWorkflow('task', { format: 'triggers', definition: TASK });
    for (const id of ['a', 'bad']) await engine.gateway.startRun('task', { id }, { waitMs: 10_000 });
    const metrics = await engine.gateway.metrics();
    expect(metrics.map(({ name }) => name)).toEqual(METRICS.map(({ name }) => name));
    for (const [at, { name, type, samples }] of metrics.entries()) {
      expect(name).toMatch(/^tidegate_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      for (const { labels } of samples) expect(Object.keys(labels), name).toEqual(METRICS[at]!.labels);
    }
  });

  it('name no run', async () => {
    const engine = await engineOf(storeOf(1), 1);
    await engine.gateway.putWorkflow('secret-workflow', { format: 'triggers', definition: TASK });
    for (const id of ['secret-run', 'bad'])
      await engine.gateway.startRun('secret-workflow', { id }, { waitMs: 10_000 });
    expect(metricsText(await engine.gateway.metrics())).not.toContain('secret');
  });
});
