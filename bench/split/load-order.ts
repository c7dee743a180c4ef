/** What a load generator is told, as JSON in its only argument. */
export interface LoadOrder {
  readonly address: string;
  /** Single events, batches of `BATCH` of them, or runs that are waited for. */
  readonly kind: 'event' | 'batch' | 'run';
  /** Requests under way at any time, each on a connection of its own that is kept. */
  readonly concurrency: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Taken in turn. */
  readonly workflows: readonly string[];
}

export interface LoadResult {
  /** Requests a second, those of the warm-up left out. */
  readonly perSecond: number;
  /** Milliseconds from request to answer. */
  readonly p50: number;
  readonly p99: number;
}

export const BATCH = 100;
