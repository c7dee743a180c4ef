import type { LogClock } from '../log-clock.ts';

const SAMPLE_MS = 1_000;
const TRIM_MS = 5_000;

export interface Retention {
  readonly retentionMs: number;
  readonly keepRecords: number;
  readonly maxRecords: number;
}

/**
 * Decides what of a partition may go: never what the store has not got past. Entry ids hold no time, so the times are those at which
 * positions were committed; after a restart they begin anew, which keeps more rather than less.
 */
export class Trimming {
  readonly #clock: LogClock;
  readonly #keep: Retention;
  /** Positions and when they were told, oldest first. */
  #samples: { readonly at: number; readonly position: number }[] = [];
  #trimmedAt = Number.NEGATIVE_INFINITY;
  #trimmedTo = 0;

  constructor(clock: LogClock, keep: Retention) {
    this.#clock = clock;
    this.#keep = keep;
  }

  /** The offset below which records may go now; undefined where it is not worth a command. */
  committed(position: number): number | undefined {
    const now = this.#clock.now();
    const { retentionMs, keepRecords, maxRecords } = this.#keep;
    const last = this.#samples.at(-1);
    const every = Math.max(SAMPLE_MS, retentionMs / 600);
    if (last === undefined || now - last.at >= every) this.#samples.push({ at: now, position });
    if (now - this.#trimmedAt < Math.min(TRIM_MS, retentionMs)) return undefined;
    const old = this.#samples.findLastIndex(({ at }) => now - at >= retentionMs);
    if (old > 0) this.#samples = this.#samples.slice(old);
    const aged = old < 0 ? 0 : this.#samples[0]!.position;
    const to = Math.min(position - keepRecords, Math.max(aged, position - maxRecords));
    if (to <= this.#trimmedTo) return undefined;
    this.#trimmedAt = now;
    this.#trimmedTo = to;
    return to;
  }
}
