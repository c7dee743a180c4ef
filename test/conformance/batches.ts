import { partitionOf } from '../../src/model/partition.ts';
import type { RunStatus } from '../../src/model/run.ts';
import type {
  Checkpoint,
  DeadLetter,
  Owner,
  RunChange,
  RunHead,
  StateStore,
  StoredRun,
} from '../../src/stores/state-store.ts';

/** A run key of `workflow` that belongs to `partition` of two; `n` tells them apart. */
export function keyIn(partition: number, workflow: string, n: number): string {
  for (let salt = 0; ; salt += 1) {
    const key = `${workflow}/run-${n}-${salt}`;
    if (partitionOf(key, 2) === partition) return key;
  }
}

export function head(key: string, over: Partial<RunHead> = {}): RunHead {
  return { key, version: 1, status: 'RUNNING', startedAt: 1_000, body: `{"key":"${key}"}`, ...over };
}
export function started(key: string, over: Partial<RunHead> = {}, cells: RunChange['cells'] = []): RunChange {
  return { key, head: head(key, over), cells };
}
export function ended(key: string, over: Partial<RunHead> = {}, status: RunStatus = 'SUCCEEDED'): RunChange {
  return { key, head: head(key, { status, endedAt: 2_000, ...over }), cells: [], ended: true };
}

export function letter(id: string, over: Partial<DeadLetter> = {}): DeadLetter {
  return { id, partition: 0, reason: 'EVENT_WITHOUT_RUN', message: `about ${id}`, at: 1_000, ...over };
}

/** A worker of one partition: numbers its checkpoints. */
export class Writer {
  readonly #store: StateStore;
  readonly partition: number;
  readonly owner: Owner;
  number = 0;

  constructor(store: StateStore, partition: number, owner: Owner, number: number) {
    this.#store = store;
    this.partition = partition;
    this.owner = owner;
    this.number = number;
  }
  static async acquire(
    store: StateStore,
    partition = 0,
    epoch = 1,
    token = `token-${epoch}`,
  ): Promise<Writer> {
    const owner = { token, epoch };
    const { checkpoint } = await store.acquire(partition, owner);
    return new Writer(store, partition, owner, checkpoint);
  }

  next(over: Partial<Checkpoint> = {}): Checkpoint {
    this.number += 1;
    return {
      partition: this.partition,
      owner: this.owner,
      number: this.number,
      position: this.number * 10,
      dedupe: new Uint32Array(),
      dedupeDropped: 0,
      runs: [],
      deadLetters: [],
      ...over,
    };
  }
  write(runs: readonly RunChange[], over: Partial<Checkpoint> = {}): Promise<void> {
    return this.#store.checkpoint(this.next({ runs, ...over }));
  }
}

/** The cells in the order of their keys; stores may give them in any. */
export function cellsOf(run: StoredRun | undefined): (readonly [string, string])[] | undefined {
  return run && [...run.cells].sort(([a], [b]) => (a < b ? -1 : 1));
}
