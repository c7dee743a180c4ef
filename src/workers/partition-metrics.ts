import type { RunStatus } from '../model/run.ts';
import { BYTES, Histogram, RECORDS, SECONDS } from './histogram.ts';

/** Counted since the process first owned the partition. docs/metrics.md says what each is. */
export interface PartitionMetrics {
  events: number;
  matched: number;
  duplicates: number;
  checkpoints: number;
  checkpointRetries: number;
  takeovers: number;
  runsStarted: number;
  runsEnded: number;
  runsStalled: number;
  runsRedriven: number;
  timersFired: number;
  deadLetters: number;
  /** By ErrorCode; codes that targets made up are counted together. */
  readonly deadLettersBy: Map<string, number>;
  readonly endedAs: Map<RunStatus, number>;
  readonly checkpointSeconds: Histogram;
  readonly checkpointBytes: Histogram;
  readonly batchRecords: Histogram;
  position: number;
  timers: number;
  held: number;
}

/** Of a partition that is owned for the first time. */
export function emptyMetrics(): PartitionMetrics {
  return {
    events: 0,
    matched: 0,
    duplicates: 0,
    checkpoints: 0,
    checkpointRetries: 0,
    takeovers: 0,
    runsStarted: 0,
    runsEnded: 0,
    runsStalled: 0,
    runsRedriven: 0,
    timersFired: 0,
    deadLetters: 0,
    deadLettersBy: new Map(),
    endedAs: new Map(),
    checkpointSeconds: new Histogram(SECONDS),
    checkpointBytes: new Histogram(BYTES),
    batchRecords: new Histogram(RECORDS),
    position: 0,
    timers: 0,
    held: 0,
  };
}

/** Adds one to the count of a key. */
export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
