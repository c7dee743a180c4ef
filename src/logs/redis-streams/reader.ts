import { TidegateError } from '../../model/errors.ts';
import type { LogRecord, PartitionReader } from '../event-log.ts';
import { type LogClock, waited } from '../log-clock.ts';
import { READ } from './stream-scripts.ts';
import { extentOf, idOf, offsetOf, requireHeld, type StreamKeys } from './streams.ts';
import type { StreamsConnection } from './streams-connection.ts';

const RETRY_MS = 200;
/** A partition is looked at so often though nothing said that there was something: a notice may be lost. */
const LOOK_MS = 500;
const MOST_PER_READ = 1_000;
/** Ids before the values in an answer. */
const IDS = 2;
/** What one read asks for before the size of the records is known. */
const FIRST_READ = 4;
/** What a record is taken to need in memory beside its characters. */
const RECORD_OVERHEAD = 100;

export interface ReaderDependencies {
  readonly connection: StreamsConnection;
  readonly keys: StreamKeys;
  readonly clock: LogClock;
  /** Bytes that this reader may hold just now. */
  readonly share: () => number;
  readonly onClosed: (reader: StreamReader) => void;
}

/** Reads one partition in chunks, ahead of `take` as far as its memory goes. Offsets have no gaps, so a loss is seen at once. */
export class StreamReader implements PartitionReader {
  readonly partition: number;
  readonly #deps: ReaderDependencies;
  readonly #onReady: () => void;
  #records: LogRecord[] = [];
  #taken = 0;
  #held = 0;
  /** The offset to read next. */
  #next: number;
  #perRead = FIRST_READ;
  #reading = false;
  /** There may be something to read. */
  #poked = false;
  #failure: TidegateError | undefined;
  /** The last `take` returned none, and `onReady` has not been called since. */
  #waiting = false;
  #closed = false;
  #cancelLook: (() => void) | undefined;

  constructor(deps: ReaderDependencies, partition: number, from: number, onReady: () => void) {
    this.#deps = deps;
    this.partition = partition;
    this.#next = Math.max(from, 1);
    this.#onReady = onReady;
  }

  /** Rejects with POSITION_LOST, LOG_MISSING, LOG_UNAVAILABLE or ACCESS_DENIED. */
  async begin(): Promise<void> {
    await this.#requireHeld();
    this.#look();
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    const end = Math.min(this.#taken + max, this.#records.length);
    const some = this.#records.slice(this.#taken, end);
    this.#waiting = some.length === 0;
    if (this.#waiting && this.#failure !== undefined) throw this.#failure;
    for (let i = 0; i < some.length; i += 1) this.#held -= some[i]!.value.length + RECORD_OVERHEAD;
    this.#taken = end;
    if (end === this.#records.length || end > MOST_PER_READ * 2) {
      this.#records = this.#records.slice(end);
      this.#taken = 0;
    }
    if (some.length > 0) this.#read();
    return some;
  }

  /** Something may have been appended. */
  poke(): void {
    this.#poked = true;
    this.#read();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLook?.();
    this.#records = [];
    this.#deps.onClosed(this);
  }

  #look(): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.poke();
    this.#cancelLook = this.#deps.clock.after(LOOK_MS, () => this.#look());
  }

  get #full(): boolean {
    return this.#held > this.#deps.share() / 2 || this.#records.length - this.#taken > MOST_PER_READ * 4;
  }

  #read(): void {
    if (this.#reading || !this.#poked || this.#full || this.#failure !== undefined) return;
    this.#reading = true;
    void this.#readOn().finally(() => {
      this.#reading = false;
    });
  }

  /** Reads until there is nothing more or memory is full. */
  async #readOn(): Promise<void> {
    while (this.#poked && !this.#full && !this.#closed && this.#failure === undefined) {
      const count = this.#perRead;
      this.#poked = false;
      try {
        const found = await this.#fetch(count);
        if (found.length === 0) await this.#requireHeld();
        else this.#receive(found);
        // Less than asked for is the end of the stream, unless something came meanwhile.
        if (found.length - IDS === count) this.#poked = true;
      } catch (error) {
        this.#poked = true;
        await this.#sitOut(error);
      }
    }
  }

  /** The ids of the first and the last entry, and the values. */
  async #fetch(count: number): Promise<readonly string[]> {
    const { connection, keys } = this.#deps;
    const what = `reading partition ${this.partition}`;
    const args = [idOf(this.#next), count];
    return (await connection.run(what, READ, [keys.of(this.partition)], args)) as readonly string[];
  }

  #receive([firstId, lastId, ...values]: readonly string[]): void {
    if (this.#closed) return;
    const first = offsetOf(firstId!);
    if (first !== this.#next || offsetOf(lastId!) - first + 1 !== values.length) throw this.#lost(first);
    let characters = 0;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      characters += value.length;
      this.#records.push({ offset: first + i, value });
    }
    this.#next = first + values.length;
    this.#held += characters + values.length * RECORD_OVERHEAD;
    const fitting = Math.floor(this.#deps.share() / 4 / (characters / values.length + RECORD_OVERHEAD));
    this.#perRead = Math.max(1, Math.min(fitting, this.#perRead * 8, MOST_PER_READ));
    this.#wake();
  }

  /** Whether the stream goes on from where this reader is, and has not gone back. */
  async #requireHeld(): Promise<void> {
    const { connection, keys } = this.#deps;
    const what = `reading partition ${this.partition}`;
    const answer = await connection.send(what, 'xinfo', ['STREAM', keys.of(this.partition)]);
    const extent = extentOf(answer as readonly unknown[]);
    requireHeld(this.partition, this.#next, extent);
    if (extent.next > this.#next) this.#poked = true;
  }

  #lost(found: number): TidegateError {
    return new TidegateError(
      'POSITION_LOST',
      `partition ${this.partition} was read up to ${this.#next}; the records found from there on begin at ${found} or have gaps`,
    );
  }

  /** An outage passes; anything else ends the reader. */
  async #sitOut(error: unknown): Promise<void> {
    if (error instanceof TidegateError && !error.retryable) {
      this.#failure = error;
      this.#wake();
      return;
    }
    await waited(this.#deps.clock, RETRY_MS);
  }

  /** Never calls back inside a call of the reader. */
  #wake(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    queueMicrotask(() => {
      if (!this.#closed) this.#onReady();
    });
  }
}
