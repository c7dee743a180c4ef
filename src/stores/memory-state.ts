import { isEnded } from '../model/run.ts';
import type {
  DeadLetter,
  HistoryRow,
  Owner,
  RunChange,
  RunHead,
  StoredWorkflow,
  Suspect,
} from './state-store.ts';
import type { StoreOptions } from './store-options.ts';

export interface MemoryRun {
  /** Order of creation; breaks ties of `startedAt` in lists. */
  readonly sequence: number;
  readonly partition: number;
  readonly head: RunHead;
  readonly cells: ReadonlyMap<string, string>;
  readonly history: readonly HistoryRow[];
}

export interface MemoryPartition {
  owner: Owner | undefined;
  position: number;
  checkpoint: number;
  takeovers: number;
  suspect: Suspect | undefined;
  dedupe: readonly Uint32Array[];
  /** Keys of ended runs, the one that ended first at the front, with the time of the end. */
  readonly finished: Map<string, number>;
}

export interface MemoryState {
  readonly partitions: readonly MemoryPartition[];
  readonly runs: Map<string, MemoryRun>;
  readonly deadLetters: Map<string, DeadLetter & { readonly sequence: number }>;
  /** Versions from 1; a deleted one leaves `undefined`, so that a number never comes to mean another definition. */
  readonly workflows: Map<string, readonly (StoredWorkflow | undefined)[]>;
  readonly records: Map<string, Map<string, { value: string; expiresAt: number }>>;
  sequence: number;
}

export function emptyState(partitions: number): MemoryState {
  return {
    partitions: Array.from({ length: partitions }, () => ({
      owner: undefined,
      position: 0,
      checkpoint: 0,
      takeovers: 0,
      suspect: undefined,
      dedupe: [],
      finished: new Map<string, number>(),
    })),
    runs: new Map(),
    deadLetters: new Map(),
    workflows: new Map(),
    records: new Map(),
    sequence: 0,
  };
}

/** Values are never changed in place, so that copying the maps is enough. */
export function copyState(state: MemoryState): MemoryState {
  return {
    partitions: state.partitions.map((part) => ({ ...part, finished: new Map(part.finished) })),
    runs: new Map(state.runs),
    deadLetters: new Map(state.deadLetters),
    workflows: new Map(state.workflows),
    records: new Map([...state.records].map(([name, records]) => [name, new Map(records)])),
    sequence: state.sequence,
  };
}

export function applyChange(state: MemoryState, partition: number, change: RunChange): void {
  const part = state.partitions[partition]!;
  if (change.deleted) {
    removeRun(state, change.key);
    return;
  }
  const before = state.runs.get(change.key);
  const head = change.head ?? before?.head;
  if (head === undefined) return;
  const cells = new Map(change.ended ? [] : before?.cells);
  if (!change.ended) {
    for (const [cell, value] of change.cells) {
      if (value === null) cells.delete(cell);
      else cells.set(cell, value);
    }
  }
  const first = change.historyFrom ?? 1;
  const added = (change.history ?? []).map((value, i) => ({ sequence: first + i, value }));
  const history = added.length === 0 ? (before?.history ?? []) : [...(before?.history ?? []), ...added];
  let sequence = before?.sequence;
  if (sequence === undefined) {
    state.sequence += 1;
    sequence = state.sequence;
  }
  state.runs.set(change.key, { sequence, partition, head, cells, history });
  if (!isEnded(head.status)) part.finished.delete(change.key);
  else if (!part.finished.has(change.key)) part.finished.set(change.key, head.endedAt ?? head.startedAt);
}

export function removeRun(state: MemoryState, key: string): void {
  const run = state.runs.get(key);
  if (run === undefined) return;
  state.runs.delete(key);
  state.partitions[run.partition]!.finished.delete(key);
}

export function addDeadLetter(state: MemoryState, letter: DeadLetter): void {
  if (state.deadLetters.has(letter.id)) return;
  state.sequence += 1;
  state.deadLetters.set(letter.id, { ...letter, sequence: state.sequence });
}

/** Drops what is beyond the limits or too old, the oldest first. */
export function retire(state: MemoryState, partition: number, options: StoreOptions): void {
  const { finished } = state.partitions[partition]!;
  const runsBefore = options.now() - (options.finishedRunsMs ?? Number.POSITIVE_INFINITY);
  for (const [key, endedAt] of finished) {
    if (finished.size <= options.limits.finishedRuns && endedAt >= runsBefore) break;
    removeRun(state, key);
  }
  const lettersBefore = options.now() - (options.deadLettersMs ?? Number.POSITIVE_INFINITY);
  const letters = [...state.deadLetters.values()].filter((letter) => letter.partition === partition);
  let excess = letters.length - options.limits.deadLetters;
  for (const letter of letters) {
    if (excess <= 0 && letter.at >= lettersBefore) break;
    state.deadLetters.delete(letter.id);
    excess -= 1;
  }
}
