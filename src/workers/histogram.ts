/** Counts of observations by size, in buckets whose bounds are fixed: an observation costs a short scan and no memory. */
export class Histogram {
  /** Upper bounds, inclusive, growing; the last bucket has none. */
  readonly bounds: readonly number[];
  /** Per bucket, not cumulated. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    counts[bucket]!++;
    this.sum += value;
  }
}

/** Seconds of a call or a write: 1 ms, which is how finely the clock tells, to a minute. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Bytes of one checkpoint: 256 B to 64 MiB. */
export const BYTES = [
  256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];
/** Records of one batch. */
export const RECORDS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384];
