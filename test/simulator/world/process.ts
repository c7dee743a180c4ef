import type { Invoker } from '../../../src/actions/index.ts';
import { NOTIFY_PARENT, REVOKE } from '../../../src/engine/index.ts';
import type { EventLog, PartitionReader } from '../../../src/logs/event-log.ts';
import type { Limits } from '../../../src/model/limits.ts';
import type { StateStore } from '../../../src/stores/state-store.ts';
import type { Clock } from '../../../src/workers/clock.ts';
import type { Definitions } from '../../../src/workers/definitions.ts';
import { notifyParentInvoker, revokeInvoker, startRunInvoker } from '../../../src/workers/run-invokers.ts';
import { RunWatch } from '../../../src/workers/run-watch.ts';
import { Worker } from '../../../src/workers/worker.ts';
import { BreakableDefinitions } from './breakable-definitions.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Targets } from './targets.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

export interface ProcessSurroundings {
  readonly timeline: Timeline;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly targets: Targets;
  readonly faults: Faults;
  readonly random: Random;
  readonly trace: Trace;
  readonly limits: Limits;
  readonly batchRecords: number;
  readonly heldRuns: number;
  /** Whether the partition is the process's just now: stands for leases or the broker's group. */
  readonly isAssigned: (partition: number, process: Process) => boolean;
  readonly died: (process: Process) => void;
  /** Puts a wrong part in place of a right one, to prove that the checkers see it. */
  readonly definitions?: (store: StateStore, limits: Limits) => Definitions;
}

/** The clocks of processes differ by so much at the most, from the world's. */
export const MOST_SKEW_MS = 300;

/**
 * One simulated process around the production worker. Each call of a port passes a gate at which the process may die,
 * before the call or after it had its effect; from then on nothing of it resolves.
 */
export class Process {
  readonly name: string;
  readonly worker: Worker;
  readonly definitions: Definitions;
  alive = true;
  /** How far its clock is off. */
  readonly #skewMs: number;
  readonly #around: ProcessSurroundings;

  constructor(name: string, around: ProcessSurroundings) {
    this.name = name;
    this.#around = around;
    this.#skewMs = around.random.chance(0.3) ? around.random.int(-MOST_SKEW_MS, MOST_SKEW_MS) : 0;
    const { limits, targets, random, trace, batchRecords, heldRuns } = around;
    const store = this.#store();
    const log = this.#log();
    this.definitions = around.definitions?.(store, limits) ?? new BreakableDefinitions(store, limits);
    const invokers = new Map<string, Invoker>([
      ['function', this.#invoker(targets.function)],
      ['http', this.#invoker(targets.asynchronous)],
      ['task', this.#invoker(targets.task)],
      ['start-run', this.#noted(startRunInvoker({ log, clock: this.#clock() }))],
      [NOTIFY_PARENT, this.#noted(notifyParentInvoker({ log }))],
    ]);
    invokers.set(
      REVOKE,
      this.#noted(revokeInvoker(new Map([['start-run', startRunInvoker({ log, clock: this.#clock() })]]))),
    );
    this.worker = new Worker({
      log,
      store,
      definitions: this.definitions,
      invokers,
      clock: this.#clock(),
      randomness: { token: () => `${name}-${random.int(0, 0x7fffffff)}` },
      limits,
      observer: new RunWatch(),
      logger: {
        info() {},
        warn() {},
        error: (details) => trace.add(`${name} ${JSON.stringify(details)}`),
      },
      batchRecords,
      heldRuns,
    });
    void this.worker.join({
      troubles: [],
      join: async () => {},
      confirm: (partition) => this.#gate(async () => around.isAssigned(partition, this)),
      leave: async () => {},
    });
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#around.trace.add(`${this.name} dies`);
    this.#around.died(this);
  }

  /** Lets a call through, or not. */
  #gate<T>(call: () => Promise<T>): Promise<T> {
    if (!this.alive) return new Promise(() => {});
    if (this.#around.faults.strikes('crash')) {
      if (this.#around.random.chance(0.5)) call().catch(() => undefined);
      this.kill();
      return new Promise(() => {});
    }
    return new Promise((resolve, reject) => {
      call().then(
        (value) => {
          if (this.alive) resolve(value);
        },
        (error: unknown) => {
          if (this.alive) reject(error);
        },
      );
    });
  }

  #store(): StateStore {
    const { store } = this.#around;
    const inner = store as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return new Proxy(store, {
      get: (_, name: string) => {
        // Each simulated process has the store to itself as far as it knows.
        if (name === 'shared' || name === 'check') return undefined;
        return (...args: unknown[]) => this.#gate(() => inner[name]!.apply(store, args));
      },
    });
  }

  #log(): EventLog {
    const { log } = this.#around;
    return {
      partitions: log.partitions,
      append: (partition, values) => this.#gate(() => log.append(partition, values)),
      head: (partition) => this.#gate(() => log.head(partition)),
      commit: async () => {},
      close: async () => {},
      open: (partition, from, onReady) =>
        this.#gate(async () => {
          const reader = await log.open(partition, from, () => {
            if (this.alive) onReady();
          });
          return this.#reader(reader);
        }),
    };
  }

  #reader(reader: PartitionReader): PartitionReader {
    return {
      take: (max) => (this.alive ? reader.take(max) : []),
      close: () => reader.close(),
    };
  }

  #clock(): Clock {
    const { timeline } = this.#around;
    return {
      now: () => timeline.now() + this.#skewMs,
      after: (ms, callback) =>
        timeline.after(ms, () => {
          if (this.alive) callback();
        }),
    };
  }

  /** Effects that the process performs by itself, through the log. */
  #noted(invoker: Invoker): Invoker {
    return {
      targetOf: (effect) => invoker.targetOf(effect),
      invoke: (effect, signal) => {
        if (this.alive) this.#around.targets.note(effect);
        return invoker.invoke(effect, signal);
      },
    };
  }

  #invoker(invoker: Invoker): Invoker {
    return {
      targetOf: (effect) => invoker.targetOf(effect),
      invoke: (effect, signal) => this.#gate(() => invoker.invoke(effect, signal)),
    };
  }
}
