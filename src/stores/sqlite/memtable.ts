import type { RunChange, RunHead, StoredRun } from '../state-store.ts';

/** What the journal holds of a run and the rows do not yet. */
export interface PendingRun {
  readonly key: string;
  readonly partition: number;
  /** Sequence of the oldest journal row with a change of it that is not folded. */
  readonly since: number;
  /** The rows of the run are void; what follows here stands alone. */
  removed: boolean;
  /** The cells in rows are void. */
  cleared: boolean;
  head: RunHead | undefined;
  /** Over the cells in rows; `null` where one is removed. */
  readonly cells: Map<string, string | null>;
  /** To append. Each: consecutive entries and the number of the first. */
  history: { first: number; entries: string[] }[];
  /** About what it takes in memory. */
  bytes: number;
}

/** Bytes of an entry beyond its texts, about. */
const ENTRY_BYTES = 400;

/** The journal's content in memory, by run. Iterates in the order of `since`. */
export class Memtable {
  readonly #entries = new Map<string, PendingRun>();
  bytes = 0;

  get size(): number {
    return this.#entries.size;
  }
  get(key: string): PendingRun | undefined {
    return this.#entries.get(key);
  }
  values(): IterableIterator<PendingRun> {
    return this.#entries.values();
  }
  /** `since` of the oldest entry. */
  oldest(): number | undefined {
    return this.#entries.values().next().value?.since;
  }
  delete(key: string): void {
    this.bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  apply(partition: number, sequence: number, change: RunChange): void {
    const entry = this.#entries.get(change.key) ?? this.#add(partition, sequence, change.key);
    const before = entry.bytes;
    if (change.deleted) {
      entry.removed = true;
      entry.head = undefined;
      entry.history = [];
      clearCells(entry);
      entry.bytes = ENTRY_BYTES;
    } else applyTo(entry, change);
    this.bytes += entry.bytes - before;
  }

  #add(partition: number, since: number, key: string): PendingRun {
    const entry: PendingRun = {
      key,
      partition,
      since,
      removed: false,
      cleared: false,
      head: undefined,
      cells: new Map(),
      history: [],
      bytes: ENTRY_BYTES,
    };
    this.#entries.set(key, entry);
    this.bytes += ENTRY_BYTES;
    return entry;
  }
}

function clearCells(entry: PendingRun): void {
  for (const [cell, value] of entry.cells) entry.bytes -= cell.length + (value?.length ?? 0);
  entry.cells.clear();
  entry.cleared = true;
}

function applyTo(entry: PendingRun, change: RunChange): void {
  if (change.head) {
    entry.bytes += change.head.body.length - (entry.head?.body.length ?? 0);
    entry.head = change.head;
  }
  if (change.ended) clearCells(entry);
  else {
    for (const [cell, value] of change.cells) {
      const old = entry.cells.get(cell);
      if (old === undefined) entry.bytes += cell.length;
      entry.bytes += (value?.length ?? 0) - (old?.length ?? 0);
      if (value === null && entry.cleared) {
        entry.cells.delete(cell);
        entry.bytes -= cell.length;
      } else entry.cells.set(cell, value);
    }
  }
  if (change.history === undefined || change.history.length === 0) return;
  const first = change.historyFrom ?? 1;
  const last = entry.history.at(-1);
  const follows = last !== undefined && last.first + last.entries.length === first;
  const chunk = follows ? last : { first, entries: [] };
  if (!follows) entry.history.push(chunk);
  for (const text of change.history) {
    chunk.entries.push(text);
    entry.bytes += text.length;
  }
}

/** The run as it stands: `rows` with what is pending over it. */
export function overlay(rows: StoredRun | undefined, pending: PendingRun | undefined): StoredRun | undefined {
  if (pending === undefined) return rows;
  const head = pending.head ?? (pending.removed ? undefined : rows?.head);
  if (head === undefined) return undefined;
  const cells = new Map(pending.removed || pending.cleared ? [] : rows?.cells);
  for (const [cell, value] of pending.cells) {
    if (value === null) cells.delete(cell);
    else cells.set(cell, value);
  }
  return { head, cells: [...cells] };
}
