import { partitionOf } from '../../src/model/partition.ts';
import type { FaultRecord } from './faults.ts';
import { PARTITIONS } from './options.ts';
import type { ChaosOutcome } from './outcome.ts';

/** What a fault cost: the longest time in which some partition applied nothing. Milliseconds. */
export interface Recovery extends FaultRecord {
  readonly gapMs: number;
  /** From the mending of the fault, or its strike where nothing had to be mended, to the first event after the gap. */
  readonly backMs: number;
}

export interface RecoveryOfKind {
  readonly kind: string;
  readonly times: number;
  readonly gapMs: { readonly median: number; readonly most: number };
  readonly backMs: { readonly median: number; readonly most: number };
}

/** A gap that begins later than this after the mending has another cause. */
const AFTERMATH_MS = 2_000;

export function recoveriesOf(outcome: ChaosOutcome, faults: readonly FaultRecord[]): Recovery[] {
  const applied = appliedTimes(outcome);
  return faults.map((fault) => {
    let gapMs = 0;
    let end = fault.from;
    for (const times of applied) {
      for (let i = 1; i < times.length; i++) {
        const before = times[i - 1]!;
        const after = times[i]!;
        const concerned = after >= fault.from && before <= fault.until + AFTERMATH_MS;
        if (!concerned || after - before <= gapMs) continue;
        gapMs = after - before;
        end = after;
      }
    }
    return { ...fault, gapMs, backMs: Math.max(0, end - fault.until) };
  });
}

/** A time in which a partition applied nothing. */
export interface Gap {
  readonly partition: number;
  /** Milliseconds of the epoch. */
  readonly from: number;
  readonly ms: number;
}

const MOST_GAPS = 12;

/** The longest first. */
export function longestGaps(outcome: ChaosOutcome): Gap[] {
  const gaps = appliedTimes(outcome).flatMap((times, partition) =>
    times.slice(1).map((after, at) => ({ partition, from: times[at]!, ms: after - times[at]! })),
  );
  return gaps.toSorted((a, b) => b.ms - a.ms).slice(0, MOST_GAPS);
}

/** When events were applied, per partition, in order. */
function appliedTimes({ runs }: ChaosOutcome): number[][] {
  const times = Array.from({ length: PARTITIONS }, (): number[] => []);
  for (const { key, history } of runs.values()) {
    const of = times[partitionOf(key, PARTITIONS)]!;
    for (const { kind, now } of history) if (kind === 'event') of.push(now);
  }
  for (const of of times) of.sort((a, b) => a - b);
  return times;
}

export function recoveriesByKind(recoveries: readonly Recovery[]): RecoveryOfKind[] {
  const kinds = [...new Set(recoveries.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const own = recoveries.filter((each) => each.kind === kind);
    const spread = (of: (each: Recovery) => number) => {
      const sorted = own.map(of).sort((a, b) => a - b);
      return { median: sorted[sorted.length >> 1]!, most: sorted.at(-1)! };
    };
    return {
      kind,
      times: own.length,
      gapMs: spread(({ gapMs }) => gapMs),
      backMs: spread(({ backMs }) => backMs),
    };
  });
}
