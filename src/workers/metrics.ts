import type { EventLog } from '../logs/event-log.ts';
import type { Clock } from './clock.ts';
import type { Metric, Sample } from './gateway.ts';
import type { Histogram } from './histogram.ts';
import { METRICS, type MetricName } from './metric-table.ts';
import type { PartitionMetrics } from './partition-metrics.ts';
import type { Worker } from './worker.ts';

/** Asking the log how far it has come must not hold up a scrape; lags not known by then are left out. */
const LAG_BOUND_MS = 1_000;

type CountName = {
  [K in keyof PartitionMetrics]: PartitionMetrics[K] extends number ? K : never;
}[keyof PartitionMetrics];
type HistogramName = {
  [K in keyof PartitionMetrics]: PartitionMetrics[K] extends Histogram ? K : never;
}[keyof PartitionMetrics];

/** Counts stand for every partition that was ever this worker's. */
const COUNTERS: readonly [MetricName, CountName][] = [
  ['tidegate_events_total', 'events'],
  ['tidegate_events_matched_total', 'matched'],
  ['tidegate_duplicate_events_total', 'duplicates'],
  ['tidegate_checkpoints_total', 'checkpoints'],
  ['tidegate_checkpoint_retries_total', 'checkpointRetries'],
  ['tidegate_partition_takeovers_total', 'takeovers'],
  ['tidegate_runs_started_total', 'runsStarted'],
  ['tidegate_runs_stalled_total', 'runsStalled'],
  ['tidegate_runs_redriven_total', 'runsRedriven'],
  ['tidegate_timers_fired_total', 'timersFired'],
];
const HISTOGRAMS: readonly [MetricName, HistogramName][] = [
  ['tidegate_checkpoint_seconds', 'checkpointSeconds'],
  ['tidegate_checkpoint_bytes', 'checkpointBytes'],
  ['tidegate_batch_records', 'batchRecords'],
];
/** What is so now stands for owned partitions only. */
const GAUGES: readonly [MetricName, CountName][] = [
  ['tidegate_partition_position', 'position'],
  ['tidegate_timers_pending', 'timers'],
  ['tidegate_runs_in_memory', 'held'],
];

/** All metrics of a worker, in the order of docs/metrics.md. */
export async function metricsOf(worker: Worker, log: EventLog, clock: Clock): Promise<readonly Metric[]> {
  const samples = new Map<MetricName, readonly Sample[]>();
  const all = [...worker.metrics];
  const owned = worker.owned;
  const mine = all.filter(([partition]) => owned.includes(partition));
  for (const [name, member] of COUNTERS)
    samples.set(
      name,
      all.map(([partition, each]) => of(partition, each[member])),
    );
  for (const [name, member] of GAUGES)
    samples.set(
      name,
      mine.map(([partition, each]) => of(partition, each[member])),
    );
  for (const [name, member] of HISTOGRAMS) {
    samples.set(
      name,
      all.map(([partition, each]) => distribution({ partition: String(partition) }, each[member])),
    );
  }
  samples.set('tidegate_runs_ended_total', by(all, 'status', 'endedAs'));
  samples.set('tidegate_dead_letters_total', by(all, 'reason', 'deadLettersBy'));
  const now = clock.now();
  samples.set(
    'tidegate_timers_due',
    owned.map((partition) => of(partition, worker.loopOf(partition)?.timersDue(now) ?? 0)),
  );
  samples.set(
    'tidegate_partition_stalled',
    owned.map((partition) => of(partition, isStalled(worker, partition) ? 1 : 0)),
  );
  samples.set('tidegate_partition_lag', await lags(mine, log, clock));
  samples.set('tidegate_partitions_owned', [plain(owned.length)]);
  const { inFlight, waiting, metrics } = worker.dispatcher;
  samples.set('tidegate_effects_in_flight', [plain(inFlight)]);
  samples.set('tidegate_effects_waiting', [plain(waiting)]);
  samples.set(
    'tidegate_effect_retries_total',
    [...metrics.retries].map(([type, value]) => ({ labels: { type }, value })),
  );
  samples.set(
    'tidegate_effect_seconds',
    [...metrics.seconds].flatMap(([type, outcomes]) =>
      [...outcomes].map(([outcome, seconds]) => distribution({ type, outcome }, seconds)),
    ),
  );
  return METRICS.map(({ name, type, help }) => ({ name, type, help, samples: samples.get(name)! }));
}

function isStalled(worker: Worker, partition: number): boolean {
  return (worker.troubles.get(partition) ?? worker.loopOf(partition)?.stalled) !== undefined;
}

function plain(value: number): Sample {
  return { labels: {}, value };
}

function of(partition: number, value: number): Sample {
  return { labels: { partition: String(partition) }, value };
}

function by(
  all: readonly (readonly [number, PartitionMetrics])[],
  label: string,
  member: 'endedAs' | 'deadLettersBy',
): Sample[] {
  return all.flatMap(([partition, metrics]) =>
    [...metrics[member]].map(([key, value]) => ({
      labels: { partition: String(partition), [label]: key },
      value,
    })),
  );
}

function distribution(labels: Sample['labels'], { bounds, counts, sum }: Histogram): Sample {
  let count = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, bucket) => {
    count += counts[bucket]!;
    return { bound, count };
  });
  return { labels, value: sum, buckets };
}

async function lags(
  mine: readonly (readonly [number, PartitionMetrics])[],
  log: EventLog,
  clock: Clock,
): Promise<readonly Sample[]> {
  const known: Sample[] = [];
  const asked = Promise.allSettled(
    mine.map(async ([partition, { position }]) => {
      const lag = (await log.lag?.(partition, position)) ?? (await log.head(partition)) - position;
      known.push(of(partition, Math.max(0, lag)));
    }),
  );
  let cancel = () => {};
  const bound = new Promise<void>((resolve) => {
    cancel = clock.after(LAG_BOUND_MS, resolve);
  });
  await Promise.race([asked, bound]);
  cancel();
  return known.toSorted((a, b) => Number(a.labels['partition']) - Number(b.labels['partition']));
}
