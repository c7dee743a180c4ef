import type { Limits } from '../model/limits.ts';

/** What every adapter of the state store is made with. */
export interface StoreOptions {
  /** Fixed at install; another number later is refused with PARTITIONS_CHANGED where the store outlives the process. */
  readonly partitions: number;
  /** `finishedRuns` and `deadLetters` bound what is kept per partition. */
  readonly limits: Limits;
  /** milliseconds of the epoch */
  readonly now: () => number;
  /** Finished runs go so many milliseconds after their end; default never (only by number). */
  readonly finishedRunsMs?: number | undefined;
  /** Dead letters go so many milliseconds after they came; default never (only by number). */
  readonly deadLettersMs?: number | undefined;
}
