import type { Invoker } from '../actions/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { StateStore } from '../stores/state-store.ts';
import { PoisonedInput } from './batch.ts';
import type { Clock, Randomness } from './clock.ts';
import type { Definitions } from './definitions.ts';
import { Dispatcher } from './dispatcher.ts';
import { Partition } from './partition.ts';
import type { PartitionMetrics, PartitionObserver } from './partition-ports.ts';

/** The few lines of log a worker writes; pino fits. Never one per event. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface WorkerDependencies {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly invokers: ReadonlyMap<string, Invoker>;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly limits: Limits;
  readonly observer: PartitionObserver;
  readonly logger: Logger;
  readonly batchRecords?: number;
  readonly heldRuns?: number;
}

const RESTART_MS = 100;
const DEFAULT_BATCH_RECORDS = 4_096;
const DEFAULT_HELD_RUNS = 200_000;

/** Runs the loops of the partitions this process owns, and starts one anew where its memory can no longer be trusted. */
export class Worker {
  readonly dispatcher: Dispatcher;
  readonly #deps: WorkerDependencies;
  readonly #partitions = new Map<number, Partition>();
  readonly #loops = new Map<number, Promise<void>>();
  readonly metrics = new Map<number, PartitionMetrics>();
  /** Why a partition does not move, by partition; empty while all is well. */
  readonly troubles = new Map<number, string>();
  #stopping = false;

  constructor(deps: WorkerDependencies) {
    this.#deps = deps;
    this.dispatcher = new Dispatcher(deps.invokers, deps.clock);
  }

  own(partition: number): void {
    if (this.#loops.has(partition)) return;
    this.#loops.set(partition, this.#keepRunning(partition));
  }

  async #keepRunning(partition: number): Promise<void> {
    const { log, store, definitions, clock, limits, observer, logger, randomness } = this.#deps;
    const poisoned = new Set<string>();
    const metrics = emptyMetrics();
    this.metrics.set(partition, metrics);
    let survived = false;
    while (!this.#stopping) {
      const loop = new Partition(
        {
          partition,
          log,
          store,
          definitions,
          dispatcher: this.dispatcher,
          clock,
          limits,
          observer,
          metrics,
          batchRecords: this.#deps.batchRecords ?? DEFAULT_BATCH_RECORDS,
          heldRuns: this.#deps.heldRuns ?? DEFAULT_HELD_RUNS,
          survived,
          onTaken: () => this.troubles.delete(partition),
        },
        poisoned,
      );
      this.#partitions.set(partition, loop);
      try {
        const epoch = (await store.epochOf(partition)) + 1;
        await loop.run({ token: randomness.token(), epoch });
        return;
      } catch (error) {
        survived = true;
        if (error instanceof PoisonedInput) poisoned.add(error.identity);
        const message = error instanceof Error ? error.message : String(error);
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
        this.troubles.set(partition, error instanceof TidegateError ? `${error.code}: ${message}` : message);
        logger.error({ partition, error: message, ...(cause && { cause }) }, 'partition is loaded anew');
        await new Promise<void>((resolve) => void clock.after(RESTART_MS, resolve));
      }
    }
  }

  get owned(): readonly number[] {
    return [...this.#partitions.keys()];
  }

  /** Takes no more events, lets running effects finish for `graceMs`, writes everything, then stops. */
  async drain(graceMs: number): Promise<void> {
    for (const partition of this.#partitions.values()) partition.drain();
    const { clock } = this.#deps;
    const until = clock.now() + graceMs;
    while (
      clock.now() < until &&
      !(this.dispatcher.inFlight === 0 && this.dispatcher.waiting === 0 && this.#quiet())
    ) {
      await new Promise<void>((resolve) => void clock.after(10, resolve));
    }
    await this.stop();
  }

  #quiet(): boolean {
    return [...this.#partitions.values()].every((partition) => partition.quiet);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.dispatcher.stop();
    for (const partition of this.#partitions.values()) partition.stop();
    await Promise.allSettled(this.#loops.values());
  }
}

function emptyMetrics(): PartitionMetrics {
  return {
    events: 0,
    duplicates: 0,
    checkpoints: 0,
    deadLetters: 0,
    runsStarted: 0,
    runsEnded: 0,
    position: 0,
    timers: 0,
    held: 0,
  };
}
