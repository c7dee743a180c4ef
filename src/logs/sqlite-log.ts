import type { StatementSync } from 'node:sqlite';
import { TidegateError } from '../model/errors.ts';
import { type Database, PARTITION_SPAN, type Participant } from '../stores/sqlite/index.ts';
import type { EventLog, PartitionReader } from './event-log.ts';
import { LogPartition, type Tail } from './log-partition.ts';
import { beginsSegment, type LogRetention, mayGo, type Segment } from './log-segments.ts';
import { SqliteReader } from './sqlite-reader.ts';

export interface SqliteLogOptions extends Partial<LogRetention> {
  readonly partitions: number;
  /** milliseconds of the epoch */
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
const GIB = 1024 ** 3;
/** Segments that leave in one transaction. */
const SEGMENTS_DROPPED = 2;

/** The event log in `tidegate.db`, beside the store. Offsets have no gaps. Closing is the Database owner's. */
export class SqliteLog implements EventLog, Participant {
  /** Only this process appends, through the gateway. */
  readonly trusted = true;
  readonly partitions: number;
  readonly #db: Database;
  readonly #now: () => number;
  readonly #keep: LogRetention;
  readonly #parts: readonly LogPartition[];
  readonly #staged = new Set<LogPartition>();
  readonly #insert: StatementSync;
  readonly #addSegment: StatementSync;
  readonly #dropSegment: StatementSync;
  readonly #dropRecords: StatementSync;
  readonly #read: StatementSync;

  constructor(db: Database, options: SqliteLogOptions) {
    this.#db = db;
    this.partitions = options.partitions;
    this.#now = options.now;
    this.#keep = { keepMs: options.keepMs ?? HOUR_MS, keepBytes: options.keepBytes ?? GIB };
    this.#insert = db.prepare('INSERT INTO log (id, value) VALUES (?, ?)');
    this.#addSegment = db.prepare('INSERT INTO log_segments (id, at, bytes) VALUES (?, ?, ?)');
    this.#dropSegment = db.prepare('DELETE FROM log_segments WHERE id = ?');
    this.#dropRecords = db.prepare('DELETE FROM log WHERE id >= ? AND id < ?');
    this.#read = db.prepare(
      'SELECT id - ?1, value FROM log WHERE id >= ?1 + ?2 AND id < ?1 + ?3 ORDER BY id',
    );
    this.#parts = db.read(() => this.#recover(db));
    db.join(this);
  }

  #recover(db: Database): LogPartition[] {
    const segments = db.prepare(
      'SELECT id, at, bytes FROM log_segments WHERE id >= ? AND id < ? ORDER BY id',
    );
    const rest = db.prepare('SELECT max(id), sum(length(value)) FROM log WHERE id >= ? AND id < ?');
    return Array.from({ length: this.partitions }, (_, partition) => {
      const base = partition * PARTITION_SPAN;
      const found: Segment[] = segments
        .all(base, base + PARTITION_SPAN)
        .map((row) => row as unknown as [number, number, number])
        .map(([id, at, bytes]) => ({ first: id - base, at, bytes }));
      const last = found.at(-1);
      if (last === undefined) return new LogPartition({ head: 0, bytes: 0, segments: [] });
      const [id, bytes] = rest.get(base + last.first, base + PARTITION_SPAN) as unknown as [number, number];
      return new LogPartition({ head: id - base + 1, bytes: last.bytes + bytes, segments: found });
    });
  }

  append(partition: number, values: readonly string[]): Promise<number> {
    const part = this.#part(partition);
    let first = 0;
    let length = 0;
    for (const value of values) length += value.length;
    return this.#db.write(
      () => {
        first = part.staged.head;
        if (values.length === 0) return first - 1;
        const id = partition * PARTITION_SPAN + first;
        for (let i = 0; i < values.length; i += 1) this.#insert.run(id + i, values[i]!);
        const { bytes, segments } = part.staged;
        const now = this.#now();
        const begins = beginsSegment(segments.at(-1), bytes, now, this.#keep);
        if (begins) this.#addSegment.run(id, now, bytes);
        this.#stage(part, {
          head: first + values.length,
          bytes: bytes + length,
          segments: begins ? [...segments, { first, at: now, bytes }] : segments,
        });
        return first + values.length - 1;
      },
      () => {
        if (values.length > 0) part.appended(first, values, length);
      },
    );
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    const part = this.#part(partition);
    if (from < part.oldest || from > part.tail.head) {
      throw new TidegateError(
        'POSITION_LOST',
        `partition ${partition} holds offsets ${part.oldest} to ${part.tail.head - 1}; ${from} was wanted`,
      );
    }
    const base = partition * PARTITION_SPAN;
    const rows = (next: number, limit: number) =>
      this.#db.read(() => this.#read.all(base, next, next + limit)) as unknown as [number, string][];
    return new SqliteReader(part, from, rows, onReady);
  }

  async head(partition: number): Promise<number> {
    return this.#part(partition).tail.head;
  }

  /** Only remembered: the store holds the position. What may go goes with the next transactions. */
  async commit(partition: number, position: number): Promise<void> {
    this.#part(partition).position = position;
  }

  background(): void {
    let total = 0;
    for (const part of this.#parts) total += part.keptBytes;
    let left = SEGMENTS_DROPPED;
    for (let partition = 0; partition < this.#parts.length && left > 0; partition += 1) {
      const part = this.#parts[partition]!;
      const { position } = part;
      while (left > 0 && mayGo(part.staged.segments, position, total, this.#now(), this.#keep)) {
        const [gone, next] = part.staged.segments as [Segment, Segment];
        const base = partition * PARTITION_SPAN;
        this.#dropRecords.run(base + gone.first, base + next.first);
        this.#dropSegment.run(base + gone.first);
        this.#stage(part, { ...part.staged, segments: part.staged.segments.slice(1) });
        total -= next.bytes - gone.bytes;
        left -= 1;
      }
    }
  }

  #stage(part: LogPartition, tail: Tail): void {
    part.staged = tail;
    this.#staged.add(part);
  }
  committed(): void {
    for (const part of this.#staged) part.tail = part.staged;
    this.#staged.clear();
  }
  rolledBack(): void {
    for (const part of this.#staged) part.staged = part.tail;
    this.#staged.clear();
  }

  async close(): Promise<void> {
    for (const part of this.#parts) for (const reader of [...part.readers]) reader.close();
    this.#db.close();
  }

  #part(partition: number): LogPartition {
    const part = this.#parts[partition];
    if (part === undefined) throw new TidegateError('INTERNAL', `there is no partition ${partition}`);
    return part;
  }
}
