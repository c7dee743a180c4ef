import type { StatementSync } from 'node:sqlite';
import { decodePlace, encodePlace } from '../page-cursor.ts';
import type { DeadLetter, Page } from '../state-store.ts';
import type { Database } from './database.ts';
import type { Retention } from './retention.ts';

const WHOLE_TABLE = 'sequence < ? ORDER BY sequence DESC LIMIT ?';

/** Dead letters, newest first. Writing methods run inside a transaction. */
export class DeadLetterRows {
  readonly #retention: Retention;
  readonly #insert: StatementSync;
  readonly #all: StatementSync;
  readonly #ofWorkflow: StatementSync;
  readonly #ofRun: StatementSync;
  readonly #one: StatementSync;
  readonly #delete: StatementSync;

  constructor(db: Database, retention: Retention) {
    this.#retention = retention;
    this.#insert = db.prepare(
      'INSERT OR IGNORE INTO dead_letters (id, partition, at, workflow, run, letter) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#all = db.prepare(`SELECT sequence, letter FROM dead_letters WHERE ${WHOLE_TABLE}`);
    this.#ofWorkflow = db.prepare(
      `SELECT sequence, letter FROM dead_letters WHERE workflow = ? AND ${WHOLE_TABLE}`,
    );
    this.#ofRun = db.prepare(
      `SELECT sequence, letter FROM dead_letters WHERE (?1 IS NULL OR workflow = ?1) AND run = ?2
       AND sequence < ?3 ORDER BY sequence DESC LIMIT ?4`,
    );
    this.#one = db.prepare('SELECT letter FROM dead_letters WHERE id = ?');
    this.#delete = db.prepare('DELETE FROM dead_letters WHERE id = ? RETURNING partition');
  }

  /** Those whose id stands already change nothing. */
  add(partition: number, letters: readonly DeadLetter[]): void {
    let added = 0;
    for (const letter of letters) {
      const { id, at, workflow, run } = letter;
      const row = this.#insert.run(id, partition, at, workflow ?? null, run ?? null, JSON.stringify(letter));
      added += Number(row.changes);
    }
    this.#retention.countDeadLetters(partition, added);
  }

  list(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Page<DeadLetter> {
    const before = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : decodePlace(page.cursor)[1];
    const rows = this.#rows(filter, before, page.limit + 1) as unknown as [number, string][];
    const shown = rows.slice(0, page.limit);
    const items = shown.map(([, letter]) => JSON.parse(letter) as DeadLetter);
    const last = shown.at(-1);
    return rows.length > page.limit && last ? { items, cursor: encodePlace([0, last[0]]) } : { items };
  }
  #rows({ workflow, run }: { workflow?: string; run?: string }, before: number, limit: number): unknown[] {
    if (run !== undefined) return this.#ofRun.all(workflow ?? null, run, before, limit);
    if (workflow !== undefined) return this.#ofWorkflow.all(workflow, before, limit);
    return this.#all.all(before, limit);
  }

  get(id: string): DeadLetter | undefined {
    const row = this.#one.get(id) as unknown as [string] | undefined;
    return row && (JSON.parse(row[0]) as DeadLetter);
  }

  delete(id: string): boolean {
    const row = this.#delete.get(id) as unknown as [number] | undefined;
    if (row !== undefined) this.#retention.countDeadLetters(row[0], -1);
    return row !== undefined;
  }
}
