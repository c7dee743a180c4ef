import { isDeepStrictEqual } from 'node:util';
import { TidegateError } from '../model/errors.ts';
import { splitRunKey } from '../model/run.ts';
import { MemoryShared } from './memory-shared.ts';
import {
  addDeadLetter,
  applyChange,
  copyState,
  emptyState,
  type MemoryPartition,
  type MemoryState,
  removeRun,
  retire,
} from './memory-state.ts';
import { decodePlace, encodePlace } from './page-cursor.ts';
import type {
  Checkpoint,
  DeadLetter,
  HistoryRow,
  Owner,
  Page,
  PartitionState,
  RunFilter,
  RunHead,
  SharedStore,
  StateStore,
  StoredRun,
  StoredWorkflow,
  Suspect,
} from './state-store.ts';
import type { StoreOptions } from './store-options.ts';

/** The state store in memory: for tests and the simulator. Nothing outlives the object. */
export class MemoryStore implements StateStore {
  readonly #options: StoreOptions;
  #state: MemoryState;
  #closed = false;

  readonly shared?: SharedStore;

  /** `shared`: several workers of this process use it at the same time. */
  constructor(options: StoreOptions & { readonly shared?: boolean }) {
    if (options.shared) this.shared = new MemoryShared(options.now);
    this.#options = options;
    this.#state = emptyState(options.partitions);
  }

  /** Everything as of now; `restore` goes back to it, as a store does that lost its last moments (P11). */
  snapshot(): unknown {
    return copyState(this.#state);
  }
  restore(snapshot: unknown): void {
    this.#state = copyState(snapshot as MemoryState);
  }

  async epochOf(partition: number): Promise<number> {
    this.#requireOpen();
    return this.#state.partitions[partition]!.owner?.epoch ?? 0;
  }

  async acquire(partition: number, owner: Owner): Promise<PartitionState> {
    this.#requireOpen();
    const part = this.#state.partitions[partition]!;
    const held = part.owner;
    if (held && (owner.epoch < held.epoch || (owner.epoch === held.epoch && owner.token !== held.token))) {
      throw new TidegateError('FENCED', `partition ${partition} is held under epoch ${held.epoch}`);
    }
    part.owner = { token: owner.token, epoch: owner.epoch };
    if (!owner.again) part.takeovers += 1;
    const pending: { run: string; cell: string; value: string }[] = [];
    for (const [run, { partition: of, cells }] of this.#state.runs) {
      if (of !== partition) continue;
      for (const [cell, value] of cells) {
        if (cell.startsWith('e') || cell.startsWith('t')) pending.push({ run, cell, value });
      }
    }
    const { position, checkpoint, dedupe, takeovers, suspect } = part;
    return { position, checkpoint, dedupe, pending, takeovers, suspect };
  }

  async loadRuns(_partition: number, keys: readonly string[]): Promise<readonly (StoredRun | undefined)[]> {
    this.#requireOpen();
    return keys.map((key) => this.#storedRun(key));
  }

  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    this.#requireOpen();
    const part = this.#ownedBy(checkpoint.partition, checkpoint.owner);
    if (checkpoint.number === part.checkpoint) return;
    if (checkpoint.number !== part.checkpoint + 1) {
      throw new TidegateError(
        'FENCED',
        `partition ${checkpoint.partition} stands at checkpoint ${part.checkpoint}; ${checkpoint.number} does not follow it`,
      );
    }
    part.checkpoint = checkpoint.number;
    part.position = checkpoint.position;
    part.takeovers = 0;
    part.suspect = undefined;
    const block = checkpoint.dedupe.length > 0 ? [checkpoint.dedupe.slice()] : [];
    part.dedupe = [...part.dedupe.slice(checkpoint.dedupeDropped), ...block];
    for (const change of checkpoint.runs) applyChange(this.#state, checkpoint.partition, change);
    for (const letter of checkpoint.deadLetters) addDeadLetter(this.#state, letter);
    retire(this.#state, checkpoint.partition, this.#options);
  }

  async markSuspect(partition: number, owner: Owner, suspect: Suspect): Promise<void> {
    this.#requireOpen();
    this.#ownedBy(partition, owner).suspect = suspect;
  }

  async putWorkflow(workflow: {
    name: string;
    format: string;
    definition: unknown;
    createdAt: string;
  }): Promise<StoredWorkflow> {
    this.#requireOpen();
    const versions = this.#state.workflows.get(workflow.name) ?? [];
    const newest = versions.at(-1);
    if (newest?.format === workflow.format && isDeepStrictEqual(newest.definition, workflow.definition))
      return newest;
    const stored = {
      ...workflow,
      version: versions.length + 1,
      definition: structuredClone(workflow.definition),
    };
    this.#state.workflows.set(workflow.name, [...versions, stored]);
    return stored;
  }
  async getWorkflow(name: string, version?: number): Promise<StoredWorkflow | undefined> {
    this.#requireOpen();
    const versions = this.#state.workflows.get(name);
    return version === undefined ? versions?.at(-1) : versions?.[version - 1];
  }
  async listWorkflows(page: { cursor?: string; limit: number }): Promise<Page<StoredWorkflow>> {
    this.#requireOpen();
    const after = page.cursor;
    const newest = [...this.#state.workflows.values()]
      .map((versions) => versions.at(-1))
      .filter((workflow) => workflow !== undefined)
      .filter((workflow) => after === undefined || workflow.name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return pageOf(newest, page.limit, (workflow) => workflow.name);
  }
  async listVersions(name: string): Promise<readonly number[]> {
    this.#requireOpen();
    return (this.#state.workflows.get(name) ?? []).flatMap((workflow) => workflow?.version ?? []);
  }
  async newestVersion(name: string): Promise<number | undefined> {
    return (await this.getWorkflow(name))?.version;
  }
  async deleteWorkflow(name: string): Promise<boolean> {
    this.#requireOpen();
    for (const part of this.#state.partitions) {
      for (const key of part.finished.keys())
        if (splitRunKey(key).workflow === name) removeRun(this.#state, key);
    }
    const versions = this.#state.workflows.get(name);
    if (versions?.at(-1) === undefined) return false;
    this.#state.workflows.set(
      name,
      versions.map(() => undefined),
    );
    return true;
  }

  async getRun(key: string): Promise<StoredRun | undefined> {
    this.#requireOpen();
    return this.#storedRun(key);
  }
  async listRuns(filter: RunFilter, page: { cursor?: string; limit: number }): Promise<Page<RunHead>> {
    this.#requireOpen();
    const after = page.cursor === undefined ? undefined : decodePlace(page.cursor);
    const runs = [...this.#state.runs.values()]
      .filter(({ head }) => matches(filter, head))
      .filter(
        ({ head, sequence }) =>
          after === undefined ||
          head.startedAt < after[0] ||
          (head.startedAt === after[0] && sequence < after[1]),
      )
      .sort((a, b) => b.head.startedAt - a.head.startedAt || b.sequence - a.sequence);
    const found = pageOf(runs, page.limit, ({ head, sequence }) => encodePlace([head.startedAt, sequence]));
    return { ...found, items: found.items.map(({ head }) => head) };
  }
  async history(key: string, from: number, limit: number): Promise<readonly HistoryRow[]> {
    this.#requireOpen();
    const rows = this.#state.runs.get(key)?.history ?? [];
    return rows.filter((row) => row.sequence >= from).slice(0, limit);
  }
  async deadLetters(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Promise<Page<DeadLetter>> {
    this.#requireOpen();
    const after = page.cursor === undefined ? undefined : decodePlace(page.cursor)[1];
    const letters = [...this.#state.deadLetters.values()]
      .filter((letter) => filter.workflow === undefined || letter.workflow === filter.workflow)
      .filter((letter) => filter.run === undefined || letter.run === filter.run)
      .filter((letter) => after === undefined || letter.sequence < after)
      .reverse();
    const found = pageOf(letters, page.limit, (letter) => encodePlace([0, letter.sequence]));
    return { ...found, items: found.items.map(({ sequence: _, ...letter }) => letter) };
  }
  async deadLetter(id: string): Promise<DeadLetter | undefined> {
    this.#requireOpen();
    const found = this.#state.deadLetters.get(id);
    if (found === undefined) return undefined;
    const { sequence: _, ...letter } = found;
    return letter;
  }
  async deleteDeadLetter(id: string): Promise<boolean> {
    this.#requireOpen();
    return this.#state.deadLetters.delete(id);
  }

  async putRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<void> {
    this.#requireOpen();
    this.#liveRecords(collection).set(id, { value, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY });
  }
  async addRecord(collection: string, id: string, value: string, expiresAt?: number): Promise<string> {
    this.#requireOpen();
    const records = this.#liveRecords(collection);
    const standing = records.get(id);
    if (standing !== undefined) return standing.value;
    records.set(id, { value, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY });
    return value;
  }
  async getRecord(collection: string, id: string): Promise<string | undefined> {
    this.#requireOpen();
    return this.#liveRecords(collection).get(id)?.value;
  }
  async listRecords(collection: string): Promise<readonly { id: string; value: string }[]> {
    this.#requireOpen();
    return [...this.#liveRecords(collection)]
      .map(([id, { value }]) => ({ id, value }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  async deleteRecord(collection: string, id: string): Promise<boolean> {
    this.#requireOpen();
    return this.#liveRecords(collection).delete(id);
  }

  async ping(): Promise<void> {
    this.#requireOpen();
  }
  async close(): Promise<void> {
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', 'the state store is closed');
  }
  #ownedBy(partition: number, owner: Owner): MemoryPartition {
    const part = this.#state.partitions[partition]!;
    if (part.owner?.token !== owner.token || part.owner.epoch !== owner.epoch) {
      throw new TidegateError('FENCED', `partition ${partition} is held by another owner`);
    }
    return part;
  }
  #storedRun(key: string): StoredRun | undefined {
    const run = this.#state.runs.get(key);
    return run && { head: run.head, cells: [...run.cells] };
  }
  #liveRecords(collection: string): Map<string, { value: string; expiresAt: number }> {
    let records = this.#state.records.get(collection);
    if (records === undefined) {
      records = new Map();
      this.#state.records.set(collection, records);
    }
    for (const [id, { expiresAt }] of records) if (expiresAt <= this.#options.now()) records.delete(id);
    return records;
  }
}

function matches(filter: RunFilter, head: RunHead): boolean {
  return (
    (filter.workflow === undefined || splitRunKey(head.key).workflow === filter.workflow) &&
    (filter.status === undefined || head.status === filter.status) &&
    (filter.label === undefined || head.labels?.[filter.label[0]] === filter.label[1]) &&
    (filter.startedFrom === undefined || head.startedAt >= filter.startedFrom) &&
    (filter.startedTo === undefined || head.startedAt <= filter.startedTo)
  );
}

function pageOf<T>(all: readonly T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = all.slice(0, limit);
  return all.length > limit ? { items, cursor: cursorOf(items.at(-1)!) } : { items };
}
