import type { StatementSync } from 'node:sqlite';
import { murmur2 } from '../../model/partition.ts';
import type { Database, Participant } from './database.ts';
import { HashFilter } from './hash-filter.ts';

/** Keys gathered before they go to the index. */
const GENERATION = 8192;
/** Keys indexed per transaction beyond four times the number it added. */
const SLICE = 64;

interface Entry {
  readonly hash: number;
  readonly id: number;
  /** Absent where the entry is to leave the index. */
  readonly key?: string;
}

/**
 * From run key to row id. Run ids are often random, and inserting each into a b-tree would rewrite a page of it per run,
 * the more the larger it has grown: a quarter of the speed after 300,000 runs, where 7 % go as it is here (medians). So
 * new keys stay in memory at first; by thousands they are sorted by hash and go to the index slice by slice, where
 * neighbours share a page. Rows beyond the mark `keys_indexed` are read at open. Index entries whose run is gone are
 * harmless: the row decides.
 */
export class RunKeys implements Participant {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #mark: StatementSync;
  /** Keys that may not be indexed. */
  readonly #recent = new Map<string, number>();
  readonly #known = new HashFilter();
  /** Indexed entries of deleted runs. */
  #gone: Entry[] = [];
  /** Being indexed, in the order of hashes; `#done` of it are durable, `#reached` once the transaction commits. */
  #generation: Entry[] = [];
  #done = 0;
  #reached = 0;
  #upTo = 0;
  #next: number;
  /** To undo the transaction: what `#recent` held before, and the length of `#gone`. */
  #undo: [key: string, id: number | undefined][] = [];
  #goneBefore = 0;

  constructor(db: Database) {
    this.#find = db.prepare(
      `SELECT runs.id FROM run_keys CROSS JOIN runs ON runs.id = run_keys.run
       WHERE run_keys.hash = ? AND runs.key = ?`,
    );
    this.#insert = db.prepare('INSERT OR IGNORE INTO run_keys (hash, run) VALUES (?, ?)');
    this.#delete = db.prepare('DELETE FROM run_keys WHERE hash = ? AND run = ?');
    this.#mark = db.prepare("UPDATE meta SET value = ? WHERE name = 'keys_indexed'");
    this.#next = db.read(() => this.#recover(db));
    db.join(this);
  }

  #recover(db: Database): number {
    const [indexed] = db.prepare("SELECT value FROM meta WHERE name = 'keys_indexed'").get() as unknown as [
      number,
    ];
    let last = indexed;
    const hashes = db.prepare('SELECT DISTINCT hash FROM run_keys').iterate();
    for (const [hash] of hashes as unknown as Iterable<[number]>) this.#known.add(hash);
    const rows = db.prepare('SELECT id, key FROM runs WHERE id > ? ORDER BY id').iterate(indexed);
    for (const [id, key] of rows as unknown as Iterable<[number, string]>) {
      this.#recent.set(key, id);
      this.#known.add(hashOf(key));
      last = id;
    }
    return last + 1;
  }

  find(key: string): number | undefined {
    const hash = hashOf(key);
    if (!this.#known.has(hash)) return undefined;
    return this.#recent.get(key) ?? (this.#find.get(hash, key) as unknown as [number] | undefined)?.[0];
  }

  /** Gives a new run its row id, never one that was given before. */
  add(key: string): number {
    const id = this.#next;
    this.#next += 1;
    this.#undo.push([key, this.#recent.get(key)]);
    this.#recent.set(key, id);
    this.#known.add(hashOf(key));
    return id;
  }

  remove(key: string, id: number): void {
    const recent = this.#recent.get(key);
    if (recent === undefined) this.#gone.push({ hash: hashOf(key), id });
    else {
      this.#undo.push([key, recent]);
      this.#recent.delete(key);
    }
  }

  background(): void {
    if (this.#done === this.#generation.length) return;
    this.#reached = Math.min(this.#done + SLICE + 4 * this.#undo.length, this.#generation.length);
    for (let i = this.#done; i < this.#reached; i += 1) {
      const { hash, id, key } = this.#generation[i]!;
      if (key === undefined) this.#delete.run(hash, id);
      else if (this.#recent.get(key) === id) this.#insert.run(hash, id);
    }
    if (this.#reached === this.#generation.length) this.#mark.run(this.#upTo);
  }

  committed(): void {
    for (; this.#done < this.#reached; this.#done += 1) {
      const { id, key } = this.#generation[this.#done]!;
      if (key !== undefined && this.#recent.get(key) === id) this.#recent.delete(key);
    }
    if (this.#done === this.#generation.length && this.#recent.size + this.#gone.length >= GENERATION)
      this.#begin();
    this.#undo = [];
    this.#goneBefore = this.#gone.length;
  }

  #begin(): void {
    const entries = this.#gone;
    for (const [key, id] of this.#recent) {
      entries.push({ hash: hashOf(key), id, key });
      this.#upTo = Math.max(this.#upTo, id);
    }
    this.#generation = entries.sort((a, b) => a.hash - b.hash);
    this.#gone = [];
    this.#done = 0;
    this.#reached = 0;
  }

  rolledBack(): void {
    for (const [key, id] of this.#undo.reverse()) {
      if (id === undefined) this.#recent.delete(key);
      else this.#recent.set(key, id);
    }
    this.#undo = [];
    this.#gone.length = this.#goneBefore;
    this.#reached = this.#done;
  }
}

function hashOf(key: string): number {
  return murmur2(Buffer.from(key, 'utf8'));
}
