import { TidegateError } from '../../../src/model/errors.ts';
import type { Limits } from '../../../src/model/limits.ts';
import { MemoryStore } from '../../../src/stores/memory-store.ts';
import type { Checkpoint, Owner, PartitionState, StateStore } from '../../../src/stores/state-store.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

/** What the observer of the store saw applied. */
export interface AppliedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly at: number;
  /** Number of the store's lives so far: a loss begins a new one. */
  readonly life: number;
}

interface Snapshot {
  readonly state: unknown;
  readonly owners: readonly (Owner | undefined)[];
  readonly numbers: readonly number[];
}

/** Calls that change nothing but are slow and can fail like any other. */
const READS = [
  'epochOf',
  'loadRuns',
  'getWorkflow',
  'listWorkflows',
  'getRun',
  'history',
  'getRecord',
] as const;

/**
 * A state store that fails before or after it did what it was asked, stalls, and can come back as it was some moments ago.
 * It notes what was applied, for the checkers.
 */
export class SimulatedStore {
  readonly inner: MemoryStore;
  readonly applied: AppliedCheckpoint[] = [];
  /** Ids of effects that a checkpoint made pending at some time, in any of the store's lives. */
  readonly effectsStored = new Set<string>();
  /** Violations noticed at the moment they happened. */
  readonly violations: string[] = [];
  readonly #timeline: Timeline;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #trace: Trace;
  #owners: (Owner | undefined)[];
  #numbers: number[];
  #snapshots: Snapshot[] = [];
  life = 0;

  constructor(
    partitions: number,
    limits: Limits,
    timeline: Timeline,
    faults: Faults,
    random: Random,
    trace: Trace,
    make: (options: ConstructorParameters<typeof MemoryStore>[0]) => MemoryStore = (options) =>
      new MemoryStore(options),
  ) {
    this.inner = make({ partitions, limits, now: () => timeline.now() });
    this.#timeline = timeline;
    this.#faults = faults;
    this.#random = random;
    this.#trace = trace;
    this.#owners = Array.from({ length: partitions }, () => undefined);
    this.#numbers = Array.from({ length: partitions }, () => 0);
  }

  /** The port as one process sees it; its calls are `this.inner`'s with delays and faults. */
  port(): StateStore {
    const port = Object.create(this.inner) as StateStore;
    const reads = port as unknown as Record<string, unknown>;
    const inner = this.inner as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    for (const name of READS) {
      reads[name] = (...args: unknown[]) => this.#call(name, () => inner[name]!.apply(this.inner, args));
    }
    port.acquire = (partition, owner) => this.#call('acquire', () => this.#acquire(partition, owner));
    port.checkpoint = (checkpoint) => this.#call('checkpoint', () => this.#checkpoint(checkpoint));
    port.markSuspect = (...args) => this.#call('markSuspect', () => this.inner.markSuspect(...args));
    return port;
  }

  async #call<T>(name: string, work: () => Promise<T>): Promise<T> {
    const faults = this.#faults;
    const ms = faults.strikes('storeStalls') ? this.#random.int(200, 5_000) : this.#random.int(0, 2);
    await this.#timeline.sleep(ms);
    if (faults.strikes('storeFailsBefore')) {
      this.#trace.add(`store ${name} fails`);
      throw new TidegateError('STORE_UNAVAILABLE', `${name}: the store is away`);
    }
    const result = await work();
    if (faults.strikes('storeFailsAfter')) {
      this.#trace.add(`store ${name} loses its answer`);
      throw new TidegateError('STORE_UNAVAILABLE', `${name}: the answer is lost`);
    }
    await this.#timeline.sleep(this.#random.int(0, 2));
    return result;
  }

  async #acquire(partition: number, owner: Owner): Promise<PartitionState> {
    const state = await this.inner.acquire(partition, owner);
    const before = this.#owners[partition];
    if (before !== undefined && owner.epoch < before.epoch) {
      this.violations.push(
        `P5: partition ${partition} was taken under epoch ${owner.epoch} < ${before.epoch}`,
      );
    }
    this.#owners[partition] = owner;
    this.#trace.add(`store acquire ${partition} epoch ${owner.epoch} position ${state.position}`);
    return state;
  }

  async #checkpoint(checkpoint: Checkpoint): Promise<void> {
    const { partition, owner, number } = checkpoint;
    await this.inner.checkpoint(checkpoint);
    if (number === this.#numbers[partition]) return;
    const holder = this.#owners[partition];
    if (holder?.token !== owner.token) {
      this.violations.push(
        `P5: checkpoint ${number} of partition ${partition} by epoch ${owner.epoch} took effect; epoch ${holder?.epoch} owns it`,
      );
    }
    if (number !== this.#numbers[partition]! + 1) {
      this.violations.push(
        `P5: checkpoint ${number} of partition ${partition} follows ${this.#numbers[partition]}`,
      );
    }
    this.#numbers[partition] = number;
    for (const { cells } of checkpoint.runs) {
      for (const [cell, value] of cells) {
        if (cell.startsWith('e') && value !== null) this.effectsStored.add(cell.slice(1));
      }
    }
    this.applied.push({ checkpoint, at: this.#timeline.now(), life: this.life });
    this.#trace.add(
      `store checkpoint ${partition}#${number} position ${checkpoint.position} runs ${checkpoint.runs.length} letters ${checkpoint.deadLetters.length}`,
    );
  }

  /** Remembers the present moment, so that `lose` can go back to it. */
  remember(): void {
    this.#snapshots.push({
      state: this.inner.snapshot(),
      owners: [...this.#owners],
      numbers: [...this.#numbers],
    });
    if (this.#snapshots.length > 4) this.#snapshots.shift();
  }

  /** The store comes back as it was when last (or before that) remembered. */
  lose(): boolean {
    const snapshot = this.#snapshots[this.#random.int(0, this.#snapshots.length - 1)];
    if (snapshot === undefined) return false;
    this.inner.restore(snapshot.state);
    this.#owners = [...snapshot.owners];
    this.#numbers = [...snapshot.numbers];
    this.#snapshots = [];
    this.life++;
    this.#faults.count('storeLoss');
    this.#trace.add('store lost its last moments');
    return true;
  }
}
