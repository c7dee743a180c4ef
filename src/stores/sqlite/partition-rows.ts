import type { StatementSync } from 'node:sqlite';
import { TidegateError } from '../../model/errors.ts';
import type { Checkpoint, Owner, Suspect } from '../state-store.ts';
import type { Database } from './database.ts';
import { PARTITION_SPAN } from './schema.ts';

export interface PartitionRow {
  readonly token: string | null;
  readonly epoch: number | null;
  readonly position: number;
  readonly checkpoint: number;
  readonly takeovers: number;
  readonly suspect: Suspect | undefined;
}

/** Who owns each partition and how far it has come, and its dedupe blocks. Writing methods run inside a transaction. */
export class PartitionRows {
  readonly #read: StatementSync;
  readonly #own: StatementSync;
  readonly #advance: StatementSync;
  readonly #suspect: StatementSync;
  readonly #addBlock: StatementSync;
  readonly #dropBlocks: StatementSync;
  readonly #blocks: StatementSync;

  constructor(db: Database) {
    this.#read = db.prepare(
      'SELECT token, epoch, position, checkpoint, takeovers, suspect FROM partitions WHERE partition = ?',
    );
    this.#own = db.prepare(
      'UPDATE partitions SET token = ?, epoch = ?, takeovers = takeovers + ? WHERE partition = ?',
    );
    this.#advance = db.prepare(
      `UPDATE partitions SET checkpoint = checkpoint + 1, position = ?, takeovers = 0, suspect = NULL
       WHERE partition = ? AND token = ? AND epoch = ? AND checkpoint = ?`,
    );
    this.#suspect = db.prepare(
      'UPDATE partitions SET suspect = ? WHERE partition = ? AND token = ? AND epoch = ?',
    );
    this.#addBlock = db.prepare('INSERT INTO dedupe (id, block) VALUES (?, ?)');
    this.#dropBlocks = db.prepare(
      'DELETE FROM dedupe WHERE id IN (SELECT id FROM dedupe WHERE id >= ? AND id < ? ORDER BY id LIMIT ?)',
    );
    this.#blocks = db.prepare('SELECT block FROM dedupe WHERE id >= ? AND id < ? ORDER BY id');
  }

  read(partition: number): PartitionRow {
    const row = this.#read.get(partition) as unknown as
      | [string | null, number | null, number, number, number, number | null]
      | undefined;
    if (row === undefined) throw new TidegateError('INTERNAL', `there is no partition ${partition}`);
    const [token, epoch, position, checkpoint, takeovers, suspect] = row;
    return { token, epoch, position, checkpoint, takeovers, suspect: suspectOf(suspect) };
  }

  own(partition: number, owner: Owner): void {
    const held = this.read(partition);
    if (held.epoch !== null) {
      if (owner.epoch < held.epoch || (owner.epoch === held.epoch && owner.token !== held.token)) {
        throw new TidegateError('FENCED', `partition ${partition} is held under epoch ${held.epoch}`);
      }
    }
    this.#own.run(owner.token, owner.epoch, owner.again ? 0 : 1, partition);
  }

  /** False when this very checkpoint stands already. */
  advance({ partition, owner, number, position, dedupe, dedupeDropped }: Checkpoint): boolean {
    const { changes } = this.#advance.run(position, partition, owner.token, owner.epoch, number - 1);
    if (changes === 0) {
      const held = this.read(partition);
      if (held.token !== owner.token || held.epoch !== owner.epoch) throw otherOwner(partition);
      if (held.checkpoint === number) return false;
      throw new TidegateError(
        'FENCED',
        `partition ${partition} stands at checkpoint ${held.checkpoint}; ${number} does not follow it`,
      );
    }
    const first = partition * PARTITION_SPAN;
    if (dedupeDropped > 0) this.#dropBlocks.run(first, first + PARTITION_SPAN, dedupeDropped);
    if (dedupe.length > 0) {
      this.#addBlock.run(first + number, new Uint8Array(dedupe.buffer, dedupe.byteOffset, dedupe.byteLength));
    }
    return true;
  }

  markSuspect(partition: number, owner: Owner, { offset, tries }: Suspect): void {
    const { changes } = this.#suspect.run(
      offset * TRIES + Math.min(tries, TRIES - 1),
      partition,
      owner.token,
      owner.epoch,
    );
    if (changes === 0) throw otherOwner(partition);
  }

  /** Oldest first. The words are little-endian on disk, as on every machine Node runs on. */
  dedupeBlocks(partition: number): Uint32Array[] {
    const first = partition * PARTITION_SPAN;
    const rows = this.#blocks.all(first, first + PARTITION_SPAN) as unknown as [Uint8Array][];
    return rows.map(([block]) => new Uint32Array(Uint8Array.from(block).buffer));
  }
}

function otherOwner(partition: number): TidegateError {
  return new TidegateError('FENCED', `partition ${partition} is held by another owner`);
}

/** A suspect is one number in its column: its offset times this, plus the tries. */
const TRIES = 8;

function suspectOf(value: number | null): Suspect | undefined {
  return value === null ? undefined : { offset: Math.floor(value / TRIES), tries: value % TRIES };
}
