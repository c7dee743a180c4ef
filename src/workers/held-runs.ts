import { type CompiledWorkflow, loadRun, type RunState } from '../engine/index.ts';
import { TidegateError } from '../model/errors.ts';
import { splitRunKey } from '../model/run.ts';
import type { StateStore, StoredRun } from '../stores/state-store.ts';
import { type EventHash, HASH_SEED, hashText } from './dedupe-window.ts';
import type { Definitions } from './definitions.ts';

/** A run in memory with what the loop needs to know of it. */
export interface Held {
  readonly run: RunState;
  workflow: CompiledWorkflow;
  /** Start of the hashes of its events. */
  readonly a: number;
  readonly b: number;
  /** Number of the last checkpoint that wrote it. */
  writtenIn: number;
  /** Stepped since the last checkpoint was made. */
  touched: boolean;
  deleted: boolean;
}

/** The runs of one partition that are in memory; those longest at rest give way. */
export class HeldRuns {
  readonly #runs = new Map<string, Held>();
  readonly #store: StateStore;
  readonly #definitions: Definitions;
  readonly #partition: number;
  readonly #most: number;
  #touched: Held[] = [];
  /** Runs that the batch under way relies on: they stay, though they may be at rest. */
  readonly #pinned = new Set<string>();
  #acknowledged = 0;
  /** Runs that are stored but cannot be brought into memory, with the reason. */
  readonly #unreadable = new Map<string, TidegateError>();

  constructor(store: StateStore, definitions: Definitions, partition: number, most: number) {
    this.#store = store;
    this.#definitions = definitions;
    this.#partition = partition;
    this.#most = most;
  }

  get size(): number {
    return this.#runs.size;
  }
  get(key: string): Held | undefined {
    return this.#runs.get(key);
  }
  has(key: string): boolean {
    return this.#runs.has(key);
  }

  keep(run: RunState, workflow: CompiledWorkflow): Held {
    const hash: EventHash = { a: 0, b: 0 };
    hashText(run.key, HASH_SEED, hash);
    const held: Held = { run, workflow, a: hash.a, b: hash.b, writtenIn: 0, touched: false, deleted: false };
    this.#runs.set(run.key, held);
    return held;
  }

  /** Whoever waits between asking for a run and stepping it must pin it, or an acknowledgement lets it go meanwhile. */
  pin(key: string): void {
    this.#pinned.add(key);
  }
  /** The batch is stepped. */
  unpinAll(): void {
    this.#unreadable.clear();
    if (this.#pinned.size === 0) return;
    for (const key of this.#pinned) {
      const held = this.#runs.get(key);
      if (held !== undefined && isOver(held) && this.#atRest(held)) this.#runs.delete(key);
    }
    this.#pinned.clear();
  }

  /** Why a run that was asked for could not be loaded though it is stored. */
  faultOf(key: string): TidegateError | undefined {
    return this.#unreadable.size === 0 ? undefined : this.#unreadable.get(key);
  }

  #atRest(held: Held): boolean {
    return !held.touched && held.writtenIn <= this.#acknowledged && held.run.clean;
  }

  /** One round trip for all. A run that is not stored may be made by this batch: its definition is fetched instead. */
  async load(keys: readonly string[]): Promise<void> {
    const stored = await this.#store.loadRuns(this.#partition, keys);
    for (let i = 0; i < keys.length; i++) {
      const found = stored[i];
      const { workflow: name } = splitRunKey(keys[i]!);
      if (found === undefined) {
        await this.#definitions.newest(name);
        continue;
      }
      const { version } = found.head;
      const workflow = this.#definitions.peek(name, version) ?? (await this.#definitions.get(name, version));
      const fault = workflow === undefined ? this.#whyUnusable(name, version) : this.#read(workflow, found);
      if (fault !== undefined) this.#unreadable.set(keys[i]!, fault);
    }
  }

  #whyUnusable(name: string, version: number): TidegateError {
    const message = `version ${version} of workflow "${name}" is gone; its runs cannot go on`;
    return this.#definitions.faultOf(name, version) ?? new TidegateError('VERSION_NOT_FOUND', message);
  }

  /** One run that cannot be read must not stop the others. */
  #read(workflow: CompiledWorkflow, stored: StoredRun): TidegateError | undefined {
    try {
      this.keep(loadRun(workflow, stored), workflow);
      return undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `run ${stored.head.key} cannot be read from the store: ${why}`;
      return new TidegateError('STORE_CORRUPT', message, { cause: error });
    }
  }

  touch(held: Held): void {
    if (held.touched) return;
    held.touched = true;
    this.#touched.push(held);
  }

  /** Those touched since the last call, now of checkpoint `number`. */
  takeTouched(number: number): readonly Held[] {
    const touched = this.#touched;
    this.#touched = [];
    for (const held of touched) {
      held.touched = false;
      held.writtenIn = number;
    }
    return touched;
  }

  /** Called when checkpoint `number` is acknowledged. Lets go of runs that are over, and of excess ones at rest. */
  release(written: readonly Held[], number: number): void {
    this.#acknowledged = number;
    for (const held of written) {
      const { key } = held.run;
      if (!isWritten(held, number) || this.#runs.get(key) !== held) continue;
      if (isOver(held)) {
        if (!this.#pinned.has(key)) this.#runs.delete(key);
      } else if (this.#runs.size > this.#most / 2) {
        // Moves it to the young end, so that the eviction below meets the longest unused first.
        this.#runs.delete(key);
        this.#runs.set(key, held);
      }
    }
    let excess = this.#runs.size - this.#most;
    if (excess <= 0) return;
    for (const [key, held] of this.#runs) {
      if (excess <= 0) return;
      if (this.#pinned.has(key) || !this.#atRest(held)) continue;
      this.#runs.delete(key);
      excess--;
    }
  }
}

/** The run in memory is as checkpoint `number` wrote it: nothing has stepped it since. */
export function isWritten({ writtenIn, touched }: Held, number: number): boolean {
  return writtenIn === number && !touched;
}

function isOver({ deleted, run }: Held): boolean {
  return deleted || run.over;
}
