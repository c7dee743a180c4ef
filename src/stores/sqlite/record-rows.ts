import type { StatementSync } from 'node:sqlite';
import type { Database } from './database.ts';

/** Small records with an expiry; a record is gone at `expiresAt`, whenever its row is deleted. */
export class RecordRows {
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #delete: StatementSync;

  constructor(db: Database) {
    const live = '(expires_at IS NULL OR expires_at > ?)';
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO records (collection, id, value, expires_at) VALUES (?, ?, ?, ?)',
    );
    this.#get = db.prepare(`SELECT value FROM records WHERE collection = ? AND id = ? AND ${live}`);
    this.#list = db.prepare(`SELECT id, value FROM records WHERE collection = ? AND ${live} ORDER BY id`);
    this.#delete = db.prepare('DELETE FROM records WHERE collection = ? AND id = ?');
  }

  put(collection: string, id: string, value: string, expiresAt: number | undefined): void {
    this.#put.run(collection, id, value, expiresAt ?? null);
  }
  get(collection: string, id: string, now: number): string | undefined {
    return (this.#get.get(collection, id, now) as unknown as [string] | undefined)?.[0];
  }
  list(collection: string, now: number): { id: string; value: string }[] {
    const rows = this.#list.all(collection, now) as unknown as [string, string][];
    return rows.map(([id, value]) => ({ id, value }));
  }
  /** True when there was a live one. */
  delete(collection: string, id: string, now: number): boolean {
    const live = this.get(collection, id, now) !== undefined;
    this.#delete.run(collection, id);
    return live;
  }
}
