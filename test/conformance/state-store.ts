import { afterEach, beforeEach, describe } from 'vitest';
import type { StateStore } from '../../src/stores/state-store.ts';
import { checkpointPromises } from './store-checkpoints.ts';
import { listPromises } from './store-lists.ts';
import { recordPromises } from './store-records.ts';
import { runPromises } from './store-runs.ts';

/** What a factory must honour: the limits and clock the suite counts on. */
export interface StoreSettings {
  readonly partitions: number;
  readonly finishedRuns: number;
  readonly deadLetters: number;
  readonly now: () => number;
}

export interface StateStoreUnderTest {
  readonly store: StateStore;
  /** Whatever is left to take away after `store.close()`. */
  dispose?(): Promise<void>;
  /** Makes the store move to its slower, durable form what it may still hold in a faster one. */
  settle?(): Promise<void>;
}

/** What the tests of the suite share; made anew for each. */
export interface Subject {
  store: StateStore;
  settle: () => Promise<void>;
  /** milliseconds of the epoch; tests move it */
  time: number;
}

/**
 * What every adapter of the StateStore port must pass. `factory` makes an empty store of two partitions. A store may
 * need some further checkpoints until retention has done its work, never more than one per thing that has to go.
 */
export function stateStoreConformance(
  name: string,
  factory: (settings: StoreSettings) => Promise<StateStoreUnderTest>,
): void {
  describe(`state store: ${name}`, () => {
    const subject = {} as Subject;
    let made: StateStoreUnderTest;
    beforeEach(async () => {
      subject.time = 1_800_000_000_000;
      made = await factory({ partitions: 2, finishedRuns: 20, deadLetters: 10, now: () => subject.time });
      subject.store = made.store;
      subject.settle = made.settle ?? (async () => {});
    });
    afterEach(async () => {
      await made.store.close();
      await made.dispose?.();
    });
    checkpointPromises(subject);
    runPromises(subject);
    listPromises(subject);
    recordPromises(subject);
  });
}
