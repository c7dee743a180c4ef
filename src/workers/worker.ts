import type { Invoker } from '../actions/index.ts';
import { type Assigner, type AssignmentHandler, type EventLog, elapsed } from '../logs/index.ts';
import { TidegateError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { StateStore } from '../stores/state-store.ts';
import { PoisonedInput } from './batch.ts';
import type { Clock, Randomness } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
import type { Definitions } from './definitions.ts';
import { Dispatcher } from './dispatcher.ts';
import { Partition } from './partition.ts';
import { emptyMetrics, type PartitionMetrics } from './partition-metrics.ts';
import type { PartitionObserver } from './partition-ports.ts';

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
  readonly seal?: CommandSeal | undefined;
  readonly observer: PartitionObserver;
  readonly logger: Logger;
  readonly batchRecords?: number;
  readonly heldRuns?: number;
  /** Milliseconds that calls under way get to end when their partition is handed over in good order; default 500. */
  readonly handOverMs?: number;
}

const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 2_000;
const DEFAULT_BATCH_RECORDS = 4_096;
const DEFAULT_HELD_RUNS = 200_000;
const DEFAULT_HAND_OVER_MS = 500;
/** A store that is away must not hold up a hand-over; whatever then is written late is fenced. */
const LAST_WRITE_MS = 2_000;
/** An owner of a store that others may write to looks whether it still is one, when it has nothing else to write. */
const IDLE_CHECKPOINT_MS = 5_000;

/** A partition that is this process's, from its assignment until it is let go of. */
interface Owned {
  readonly partition: number;
  /** The least epoch of the next takeover. */
  epoch: number;
  loop: Partition | undefined;
  /** A loop of this process has had it. */
  taken: boolean;
  ended: Promise<void>;
  gone: boolean;
}

/** Runs the loops of the partitions this process owns, and starts one anew where its memory can no longer be trusted. */
export class Worker implements AssignmentHandler {
  readonly dispatcher: Dispatcher;
  readonly #deps: WorkerDependencies;
  readonly #owned = new Map<number, Owned>();
  /** Of every partition that was ever this process's: what was counted must not get less. */
  readonly metrics = new Map<number, PartitionMetrics>();
  /** Why a partition does not move, by partition; empty while all is well. */
  readonly troubles = new Map<number, string>();
  #assigner: Assigner | undefined;
  #stopping = false;

  constructor(deps: WorkerDependencies) {
    this.#deps = deps;
    this.dispatcher = new Dispatcher(deps.invokers, deps.clock);
  }

  /** Owns what the assigner says, from now on. */
  async join(assigner: Assigner): Promise<void> {
    this.#assigner = assigner;
    await assigner.join(this);
  }

  assigned(partition: number, epoch: number): void {
    if (this.#stopping) return;
    const already = this.#owned.get(partition);
    if (already !== undefined) {
      already.epoch = Math.max(already.epoch, epoch);
      return;
    }
    const owned: Owned = {
      partition,
      epoch,
      loop: undefined,
      taken: false,
      ended: Promise.resolve(),
      gone: false,
    };
    this.#owned.set(partition, owned);
    owned.ended = this.#keepRunning(owned);
  }

  async revoked(partition: number): Promise<void> {
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    const { clock, handOverMs = DEFAULT_HAND_OVER_MS } = this.#deps;
    this.dispatcher.hold(partition);
    const until = elapsed(clock) + handOverMs;
    while (elapsed(clock) < until && this.dispatcher.running(partition) > 0 && !owned.gone)
      await this.#pause(5);
    owned.loop?.stop();
    this.#letGo(owned);
    await Promise.race([owned.ended, this.#pause(LAST_WRITE_MS)]);
    owned.loop?.abandon();
  }

  lost(partition: number): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    owned.loop?.abandon();
    this.#letGo(owned);
  }

  #letGo(owned: Owned): void {
    owned.gone = true;
    if (this.#owned.get(owned.partition) !== owned) return;
    this.#owned.delete(owned.partition);
    this.troubles.delete(owned.partition);
    this.dispatcher.release(owned.partition);
  }

  async #keepRunning(owned: Owned): Promise<void> {
    const { partition } = owned;
    const { log, store, definitions, clock, limits, observer, logger, randomness } = this.#deps;
    const poisoned = new Set<string>();
    const metrics = this.metrics.get(partition) ?? emptyMetrics();
    this.metrics.set(partition, metrics);
    let survived = false;
    let restartMs = FIRST_RESTART_MS;
    let logged = '';
    while (!this.#stopping && !owned.gone) {
      try {
        const epoch = await this.#nextEpoch(owned);
        if (this.#stopping || owned.gone) return;
        owned.loop = new Partition(
          {
            partition,
            log,
            store,
            definitions,
            dispatcher: this.dispatcher,
            clock,
            limits,
            seal: this.#deps.seal,
            observer,
            metrics,
            batchRecords: this.#deps.batchRecords ?? DEFAULT_BATCH_RECORDS,
            heldRuns: this.#deps.heldRuns ?? DEFAULT_HELD_RUNS,
            survived,
            ...(store.shared && { idleCheckpointMs: IDLE_CHECKPOINT_MS }),
            onTaken: () => {
              owned.taken = true;
              this.troubles.delete(partition);
              restartMs = FIRST_RESTART_MS;
              logged = '';
            },
          },
          poisoned,
        );
        await owned.loop.run({ token: randomness.token(), epoch, again: owned.taken });
        return;
      } catch (error) {
        if (owned.gone) return;
        survived = true;
        if (error instanceof PoisonedInput) poisoned.add(error.identity);
        const message = error instanceof Error ? error.message : String(error);
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
        this.troubles.set(partition, error instanceof TidegateError ? `${error.code}: ${message}` : message);
        // An outage is one line, however often the partition is tried.
        if (message !== logged)
          logger.error({ partition, error: message, ...(cause && { cause }) }, 'partition is loaded anew');
        logged = message;
        await this.#pause(restartMs);
        restartMs = Math.min(2 * restartMs, LAST_RESTART_MS);
      }
    }
  }

  /**
   * An epoch above that of every rightful owner before: the assignment's own, counted on for each takeover. Where the store knows
   * a higher one, either this assignment is out of date or its source began anew; only the assigner can tell, and it is asked
   * after the store was, so that a process that slept through its loss cannot fence its successor.
   */
  async #nextEpoch(owned: Owned): Promise<number> {
    const stored = await this.#deps.store.epochOf(owned.partition);
    if (owned.epoch > stored) return owned.epoch++;
    if (this.#assigner === undefined || (await this.#assigner.confirm(owned.partition))) {
      owned.epoch = stored + 2;
      return stored + 1;
    }
    throw new TidegateError(
      'FENCED',
      `partition ${owned.partition} is held under epoch ${stored}, and nothing says it is this worker's`,
    );
  }

  /** The loop of a partition; undefined where it is not this worker's, or not taken over yet. */
  loopOf(partition: number): Partition | undefined {
    return this.#owned.get(partition)?.loop;
  }
  get owned(): readonly number[] {
    return [...this.#owned.keys()];
  }
  /** Why partitions do not move, one line each; empty while all is well. */
  reasons(): readonly string[] {
    const reasons = [...(this.#assigner?.troubles ?? [])];
    for (const { partition, loop } of this.#owned.values()) {
      const trouble = this.troubles.get(partition) ?? loop?.stalled;
      if (trouble !== undefined) reasons.push(`partition ${partition}: ${trouble}`);
    }
    return reasons;
  }

  /**
   * Lets running effects finish for `graceMs`, writes everything, then stops. Where others can take the partitions over, events are
   * stepped on meanwhile, for as long as a hand-over may take; else no more are taken.
   */
  async drain(graceMs: number): Promise<void> {
    if (this.#deps.store.shared) {
      await Promise.all(this.owned.map((partition) => this.revoked(partition)));
      return this.stop();
    }
    for (const { loop } of this.#owned.values()) loop?.drain();
    const { clock } = this.#deps;
    const until = elapsed(clock) + graceMs;
    while (
      elapsed(clock) < until &&
      !(this.dispatcher.inFlight === 0 && this.dispatcher.waiting === 0 && this.#quiet())
    ) {
      await this.#pause(10);
    }
    await this.stop();
  }

  #quiet(): boolean {
    return [...this.#owned.values()].every(({ loop }) => loop === undefined || loop.quiet);
  }

  /** Writes what is stepped and gives the partitions back. A store that is away does not hold it up for long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.dispatcher.stop();
    const owned = [...this.#owned.values()];
    for (const { loop } of owned) loop?.stop();
    const ended = Promise.allSettled(owned.map(({ ended }) => ended));
    if (this.#deps.store.shared) {
      await Promise.race([ended, this.#pause(LAST_WRITE_MS)]);
      for (const { loop } of owned) loop?.abandon();
    }
    await ended;
    await this.#assigner?.leave();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#deps.clock.after(ms, resolve));
  }
}
