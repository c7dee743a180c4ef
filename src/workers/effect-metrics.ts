import type { Completion, Effect } from '../model/effect.ts';
import { Histogram, SECONDS } from './histogram.ts';
import { count } from './partition-metrics.ts';

/** How a call ended. `cancelled`: nobody waited for it any more. */
export type CallOutcome = Completion['outcome'] | 'cancelled';

/** Counts of the calls of a process, by type of action: of those there are few. */
export class EffectMetrics {
  /** Calls started that were not the first attempt. */
  readonly retries = new Map<string, number>();
  readonly seconds = new Map<string, Map<CallOutcome, Histogram>>();

  started({ kind, attempt }: Effect): void {
    if (attempt > 1) count(this.retries, kind);
  }

  ended(kind: string, outcome: CallOutcome, ms: number): void {
    const byOutcome = this.seconds.get(kind) ?? new Map<CallOutcome, Histogram>();
    this.seconds.set(kind, byOutcome);
    const histogram = byOutcome.get(outcome) ?? new Histogram(SECONDS);
    byOutcome.set(outcome, histogram);
    histogram.observe(ms / 1_000);
  }
}
