import type { Metric } from './gateway.ts';

/** One metric as it is documented. `labels` are all it may have; each has few values, whatever runs there are. */
export interface MetricRow {
  readonly name: string;
  readonly type: Metric['type'];
  readonly labels: readonly string[];
  readonly help: string;
}

const row = <const Name extends string>(
  name: Name,
  type: Metric['type'],
  labels: readonly string[],
  help: string,
): MetricRow & { readonly name: Name } => ({ name, type, labels, help });

const P = ['partition'];

/** All metrics there are; docs/metrics.md has a row for each, and a test holds the two together. */
export const METRICS = [
  row('tidegate_events_total', 'counter', P, 'Records taken from the log.'),
  row(
    'tidegate_events_matched_total',
    'counter',
    P,
    "Events, the engine's own among them, that activated a trigger.",
  ),
  row('tidegate_duplicate_events_total', 'counter', P, 'Events dropped because (source, id) was known.'),
  row('tidegate_dead_letters_total', 'counter', [...P, 'reason'], 'Dead letters written.'),
  row('tidegate_batch_records', 'histogram', P, 'Records of one batch.'),
  row('tidegate_checkpoints_total', 'counter', P, 'Checkpoints handed to the store.'),
  row(
    'tidegate_checkpoint_seconds',
    'histogram',
    P,
    'From handing a checkpoint to the store to its acknowledgement.',
  ),
  row('tidegate_checkpoint_bytes', 'histogram', P, 'Size of a checkpoint, estimated.'),
  row(
    'tidegate_checkpoint_retries_total',
    'counter',
    P,
    'Checkpoints sent again because the store was away or full.',
  ),
  row('tidegate_partitions_owned', 'gauge', [], 'Partitions this worker owns.'),
  row(
    'tidegate_partition_takeovers_total',
    'counter',
    P,
    'Takeovers by this worker, those after a failure included.',
  ),
  row('tidegate_partition_stalled', 'gauge', P, '1 while the partition does not move; /readyz says why.'),
  row('tidegate_partition_position', 'gauge', P, 'Log offset to be read next.'),
  row('tidegate_partition_lag', 'gauge', P, 'Records in the log that are not read yet.'),
  row('tidegate_runs_started_total', 'counter', P, 'Runs started.'),
  row('tidegate_runs_ended_total', 'counter', [...P, 'status'], 'Runs that ended, by status.'),
  row('tidegate_runs_stalled_total', 'counter', P, 'Runs that were marked stalled.'),
  row('tidegate_runs_redriven_total', 'counter', P, 'Runs redriven.'),
  row('tidegate_runs_in_memory', 'gauge', P, 'Runs in the memory of the worker.'),
  row('tidegate_timers_pending', 'gauge', P, 'Durable timers that wait, those due included.'),
  row('tidegate_timers_due', 'gauge', P, 'Timers whose time has come and that have not fired yet.'),
  row('tidegate_timers_fired_total', 'counter', P, 'Timers fired.'),
  row('tidegate_effects_in_flight', 'gauge', [], 'Calls under way.'),
  row('tidegate_effects_waiting', 'gauge', [], 'Effects that wait for their target.'),
  row(
    'tidegate_effect_seconds',
    'histogram',
    ['type', 'outcome'],
    'Duration of a call, by type of action and outcome.',
  ),
  row('tidegate_effect_retries_total', 'counter', ['type'], 'Calls made that were not the first attempt.'),
] as const;

export type MetricName = (typeof METRICS)[number]['name'];
