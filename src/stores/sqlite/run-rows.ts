import type { StatementSync } from 'node:sqlite';
import { isEnded, type RunStatus, splitRunKey } from '../../model/run.ts';
import type { HistoryRow, RunHead, StoredRun } from '../state-store.ts';
import type { Database } from './database.ts';
import type { PendingRun } from './memtable.ts';
import { decodeTexts, encodeTexts } from './netstrings.ts';
import { RunKeys } from './run-keys.ts';

/** The columns `toHead` reads, in its order. */
export const HEAD_COLUMNS = 'key, version, status, started_at, ended_at, labels, body';
type HeadColumns = [string, number, RunStatus, number, number | null, string | null, string];
type Located = [
  id: number,
  partition: number,
  startedAt: number,
  finishedAt: number | null,
  labels: string | null,
];

/** How many finished runs of `partition` came (or, negative, went). */
export interface FinishedChange {
  readonly partition: number;
  readonly delta: number;
}

/** The tables of runs, cells, labels and history. All methods are synchronous; the writing ones run inside a transaction. */
export class RunRows {
  readonly #keys: RunKeys;
  readonly #locate: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #head: StatementSync;
  readonly #cells: StatementSync;
  readonly #pending: StatementSync;
  readonly #putCell: StatementSync;
  readonly #dropCell: StatementSync;
  readonly #dropCells: StatementSync;
  readonly #putLabel: StatementSync;
  readonly #dropLabel: StatementSync;
  readonly #addHistory: StatementSync;
  readonly #dropHistory: StatementSync;
  readonly #history: StatementSync;

  constructor(db: Database) {
    this.#keys = new RunKeys(db);
    this.#locate = db.prepare('SELECT id, partition, started_at, finished_at, labels FROM runs WHERE id = ?');
    this.#insert = db.prepare(
      `INSERT INTO runs (id, key, partition, workflow, version, status, started_at, ended_at, finished_at, labels, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      `UPDATE runs SET version = ?, status = ?, started_at = ?, ended_at = ?, finished_at = ?, labels = ?, body = ?
       WHERE id = ?`,
    );
    this.#delete = db.prepare('DELETE FROM runs WHERE id = ?');
    this.#head = db.prepare(`SELECT ${HEAD_COLUMNS}, partition FROM runs WHERE id = ?`);
    this.#cells = db.prepare(
      'SELECT key, value FROM cells WHERE partition = ? AND pending IN (0, 1) AND run = ?',
    );
    this.#pending = db.prepare(
      `SELECT runs.key, cells.key, cells.value FROM cells JOIN runs ON runs.id = cells.run
       WHERE cells.partition = ? AND cells.pending = 1`,
    );
    this.#putCell = db.prepare(
      'INSERT OR REPLACE INTO cells (partition, pending, run, key, value) VALUES (?, ?, ?, ?, ?)',
    );
    this.#dropCell = db.prepare(
      'DELETE FROM cells WHERE partition = ? AND pending = ? AND run = ? AND key = ?',
    );
    this.#dropCells = db.prepare('DELETE FROM cells WHERE partition = ? AND pending IN (0, 1) AND run = ?');
    this.#putLabel = db.prepare(
      'INSERT OR IGNORE INTO labels (name, value, started_at, run) VALUES (?, ?, ?, ?)',
    );
    this.#dropLabel = db.prepare(
      'DELETE FROM labels WHERE name = ? AND value = ? AND started_at = ? AND run = ?',
    );
    this.#addHistory = db.prepare('INSERT INTO history (run, sequence, entries) VALUES (?, ?, ?)');
    this.#dropHistory = db.prepare('DELETE FROM history WHERE run = ?');
    this.#history = db.prepare(
      `SELECT sequence, entries FROM history WHERE run = ?1
       AND sequence >= coalesce((SELECT max(sequence) FROM history WHERE run = ?1 AND sequence <= ?2), 0)
       ORDER BY sequence`,
    );
  }

  load(key: string): StoredRun | undefined {
    const id = this.#keys.find(key);
    if (id === undefined) return undefined;
    const row = this.#head.get(id) as unknown as [...HeadColumns, number];
    const cells = this.#cells.all(row[7], id) as unknown as [string, string][];
    return { head: toHead(row), cells };
  }

  /** Pending effects and timers of the partition's runs: run key, cell key, value. */
  pending(partition: number): [string, string, string][] {
    return this.#pending.all(partition) as unknown as [string, string, string][];
  }

  history(key: string, from: number, limit: number): HistoryRow[] {
    const located = this.#located(key);
    if (located === undefined) return [];
    const rows: HistoryRow[] = [];
    for (const chunk of this.#history.iterate(located[0], from) as unknown as Iterable<[number, string]>) {
      decodeTexts(chunk[1]).forEach((value, i) => {
        if (chunk[0] + i >= from && rows.length < limit) rows.push({ sequence: chunk[0] + i, value });
      });
      if (rows.length >= limit) break;
    }
    return rows;
  }

  /** Writes what is pending of a run into the rows. */
  fold(pending: PendingRun): FinishedChange {
    let row = this.#located(pending.key);
    let delta = 0;
    if (row !== undefined && pending.removed) {
      delta -= this.#remove(pending.key, row);
      row = undefined;
    }
    const { head, partition } = pending;
    if (row === undefined && head === undefined) return { partition, delta };
    const id = row?.[0] ?? this.#create(pending.partition, head!);
    if (row === undefined) delta += isEnded(head!.status) ? 1 : 0;
    else {
      if (head) delta += this.#change(row, head);
      if (pending.cleared) this.#dropCells.run(partition, id);
    }
    const clean = row === undefined || pending.cleared;
    for (const [cell, value] of pending.cells) {
      if (value !== null) this.#putCell.run(partition, isPending(cell), id, cell, value);
      else if (!clean) this.#dropCell.run(partition, isPending(cell), id, cell);
    }
    for (const { first, entries } of pending.history) this.#addHistory.run(id, first, encodeTexts(entries));
    return { partition, delta };
  }

  /** The run goes with all that hangs on it. Answers 1 if it was a finished one. */
  remove(key: string): number {
    const row = this.#located(key);
    return row === undefined ? 0 : this.#remove(key, row);
  }

  #located(key: string): Located | undefined {
    const id = this.#keys.find(key);
    return id === undefined ? undefined : (this.#locate.get(id) as unknown as Located);
  }

  #create(partition: number, head: RunHead): number {
    const { key, version, status, startedAt, endedAt } = head;
    const { workflow } = splitRunKey(key);
    const labels = head.labels ? JSON.stringify(head.labels) : null;
    const finished = isEnded(status) ? (endedAt ?? startedAt) : null;
    const id = this.#keys.add(key);
    this.#insert.run(
      id,
      key,
      partition,
      workflow,
      version,
      status,
      startedAt,
      endedAt ?? null,
      finished,
      labels,
      head.body,
    );
    if (labels !== null) this.#index(id, startedAt, labels);
    return id;
  }

  #change([id, , startedBefore, finishedBefore, labelsBefore]: Located, head: RunHead): number {
    const { version, status, startedAt, endedAt, body } = head;
    const labels = head.labels ? JSON.stringify(head.labels) : null;
    const finished = isEnded(status) ? (endedAt ?? startedAt) : null;
    this.#update.run(version, status, startedAt, endedAt ?? null, finished, labels, body, id);
    if (labels !== labelsBefore || startedAt !== startedBefore) {
      this.#unindex(id, startedBefore, labelsBefore);
      if (labels !== null) this.#index(id, startedAt, labels);
    }
    return (finished === null ? 0 : 1) - (finishedBefore === null ? 0 : 1);
  }

  #remove(key: string, [id, partition, startedAt, finishedAt, labels]: Located): number {
    this.#dropCells.run(partition, id);
    this.#dropHistory.run(id);
    this.#unindex(id, startedAt, labels);
    this.#delete.run(id);
    this.#keys.remove(key, id);
    return finishedAt === null ? 0 : 1;
  }

  #index(id: number, startedAt: number, labels: string): void {
    for (const [name, value] of Object.entries(JSON.parse(labels) as Record<string, string>)) {
      this.#putLabel.run(name, value, startedAt, id);
    }
  }
  #unindex(id: number, startedAt: number, labels: string | null): void {
    if (labels === null) return;
    for (const [name, value] of Object.entries(JSON.parse(labels) as Record<string, string>)) {
      this.#dropLabel.run(name, value, startedAt, id);
    }
  }
}

function isPending(cell: string): 0 | 1 {
  return cell.startsWith('e') || cell.startsWith('t') ? 1 : 0;
}

/** From a row that begins with HEAD_COLUMNS. */
export function toHead(row: readonly unknown[]): RunHead {
  const [key, version, status, startedAt, endedAt, labels, body] = row as HeadColumns;
  return {
    key,
    version,
    status,
    startedAt,
    ...(endedAt !== null && { endedAt }),
    ...(labels !== null && { labels: JSON.parse(labels) }),
    body,
  };
}
