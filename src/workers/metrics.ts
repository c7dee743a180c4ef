import type { Metric } from './gateway.ts';
import type { PartitionMetrics } from './partition-ports.ts';
import type { Worker } from './worker.ts';

const ROWS: readonly [member: keyof PartitionMetrics, name: string, type: Metric['type'], help: string][] = [
  ['events', 'tidegate_events_total', 'counter', 'Records taken from the log.'],
  [
    'duplicates',
    'tidegate_duplicate_events_total',
    'counter',
    'Events dropped because (source, id) was known.',
  ],
  ['checkpoints', 'tidegate_checkpoints_total', 'counter', 'Checkpoints handed to the store.'],
  ['deadLetters', 'tidegate_dead_letters_total', 'counter', 'Dead letters written.'],
  ['runsStarted', 'tidegate_runs_started_total', 'counter', 'Runs started.'],
  ['runsEnded', 'tidegate_runs_ended_total', 'counter', 'Runs that ended, whatever the outcome.'],
  ['position', 'tidegate_partition_position', 'gauge', 'Log offset to be read next.'],
  ['timers', 'tidegate_timers_pending', 'gauge', 'Durable timers that wait.'],
  ['held', 'tidegate_runs_in_memory', 'gauge', 'Runs in the memory of the worker.'],
];

/** The worker's own counts in the form /metrics shows. */
export function metricsOf(worker: Worker): Metric[] {
  const perPartition = ROWS.map(([member, name, type, help]) => ({
    name,
    help,
    type,
    samples: [...worker.metrics].map(([partition, metrics]) => ({
      labels: { partition: String(partition) },
      value: metrics[member],
    })),
  }));
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    type: 'gauge',
    samples: [{ labels: {}, value }],
  });
  return [
    ...perPartition,
    gauge('tidegate_effects_in_flight', 'Calls under way.', worker.dispatcher.inFlight),
    gauge('tidegate_effects_waiting', 'Effects that wait for their target.', worker.dispatcher.waiting),
    gauge('tidegate_partitions_owned', 'Partitions this worker owns.', worker.owned.length),
  ];
}
