import { AckPolicy, DeliverPolicy, type Msg } from 'nats';
import { TidegateError } from '../../model/errors.ts';
import type { LogRecord, PartitionReader } from '../event-log.ts';
import type { LogClock, LogLogger } from '../log-clock.ts';
import { elapsed, waited } from '../log-clock.ts';
import { deliveryOf, numbersFrom } from './acknowledgement.ts';
import type { LogConnection } from './connection.ts';
import { textOf } from './message-text.ts';
import { asLogError } from './nats-errors.ts';
import { type PullHandler, Pulls } from './pulls.ts';
import { type StreamNames, subjectOf } from './stream.ts';
import type { StreamState, StreamWatch } from './stream-watch.ts';

const NANOSECONDS = 1_000_000;
/** A consumer that nobody asks anything for so long goes by itself. */
const CONSUMER_IDLE_MS = 60_000;
const RETRY_MS = 200;
/** How often a stream that ends before the position is looked at before that is believed. */
const LOOKS_AT_END = 5;
const REQUESTS = 2;
const MESSAGES_PER_PULL = 8_192;
/** Records that may wait while more are asked for. */
const MOST_WAITING = 16_384;
/** More than the subjects of a message take, which count as its bytes. */
const SUBJECTS_LENGTH = 4_096;
/** What the stream was known to hold so long ago still tells whether a reader is far from its old end. */
const STATE_FRESH_MS = 5_000;

export interface ReaderDependencies {
  readonly connection: LogConnection;
  readonly watch: StreamWatch;
  readonly names: StreamNames;
  readonly clock: LogClock;
  readonly logger: LogLogger | undefined;
  /** Bytes that this reader may hold just now. */
  readonly share: () => number;
}

/**
 * Reads one partition through a consumer of its own that lives in the server's memory and needs no acknowledgements. It is
 * made anew from the next offset wanted whenever it is gone, silent, or has skipped a message.
 */
export class NatsReader implements PartitionReader, PullHandler {
  readonly #deps: ReaderDependencies;
  readonly #partition: number;
  readonly #onReady: () => void;
  readonly #onClosed: (reader: NatsReader) => void;
  #records: LogRecord[] = [];
  /** Index of the record that `take` gives next. */
  #taken = 0;
  /** Received, but retention may have taken records before them. */
  #unproven: LogRecord[] = [];
  /** Characters of all records in memory. */
  #held = 0;
  /** Below this offset every record of the partition was given to `#records`, or there is none. */
  #proven: number;
  /** What `#proven` would be, as the consumer says. */
  #claimed = 0;
  /** Offset that a new consumer starts from. */
  #next: number;
  /** Messages that the consumer has delivered. */
  #delivered = 0;
  /** Where the numbers begin in the consumer's reply subjects. */
  #numbersFrom = 0;
  #pulls: Pulls | undefined;
  #consumer: string | undefined;
  #generation = 0;
  #proving = false;
  #failure: TidegateError | undefined;
  /** The last `take` returned none, and `onReady` has not been called since. */
  #waiting = false;
  #closed = false;

  constructor(
    deps: ReaderDependencies,
    partition: number,
    from: number,
    onReady: () => void,
    onClosed: (reader: NatsReader) => void,
  ) {
    this.#deps = deps;
    this.#partition = partition;
    this.#next = Math.max(from, 1);
    this.#proven = this.#next;
    this.#onReady = onReady;
    this.#onClosed = onClosed;
  }

  /** Rejects with POSITION_LOST, LOG_MISSING, LOG_UNAVAILABLE or ACCESS_DENIED. */
  begin(): Promise<void> {
    this.#generation += 1;
    return this.#attach(this.#generation);
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    const end = Math.min(this.#taken + max, this.#records.length);
    const some = this.#records.slice(this.#taken, end);
    this.#waiting = some.length === 0;
    if (this.#waiting && this.#failure !== undefined) throw this.#failure;
    for (let i = 0; i < some.length; i += 1) this.#held -= some[i]!.value.length;
    this.#taken = end;
    if (end === this.#records.length || end > MOST_WAITING) {
      this.#records = this.#records.slice(end);
      this.#taken = 0;
    }
    this.#pulls?.ask();
    return some;
  }

  caughtUpTo(): number {
    return this.#proven;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#detach();
    this.#records = [];
    this.#unproven = [];
    this.#onClosed(this);
  }

  /** What was under way is lost: the connection broke, or the consumer is gone. */
  restart(afterMs = 0): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#detach();
    this.#generation += 1;
    void this.#reattach(this.#generation, afterMs);
  }

  gone(reason: string): void {
    const { logger, names } = this.#deps;
    logger?.warn({ stream: names.stream, partition: this.#partition, reason }, 'the consumer is made anew');
    // A server that refuses what it is asked would be asked without end.
    this.restart(RETRY_MS);
  }

  room(): { readonly messages: number; readonly bytes: number } | undefined {
    const { share, connection } = this.#deps;
    const bytes = share();
    const waiting = this.#records.length - this.#taken + this.#unproven.length;
    if (this.#held > bytes / 2 || waiting > MOST_WAITING) return undefined;
    // A request must have room for the largest message there may be, or the server could never send it.
    const largest = (connection.nats.info?.max_payload ?? 0) + SUBJECTS_LENGTH;
    return { messages: MESSAGES_PER_PULL, bytes: Math.max(Math.floor(bytes / 2 / REQUESTS), largest) };
  }

  message(message: Msg): void {
    const reply = message.reply ?? '';
    if (this.#delivered === 0) this.#numbersFrom = numbersFrom(reply);
    const { sequence, delivered } = deliveryOf(reply, this.#numbersFrom);
    if (delivered !== this.#delivered + 1) {
      this.gone(`message ${this.#delivered + 1} of the consumer is missing`);
      return;
    }
    this.#delivered = delivered;
    const value = textOf(message);
    this.#held += value.length;
    this.#next = sequence + 1;
    if (this.#unproven.length === 0 && this.#nothingBetween(sequence)) {
      this.#records.push({ offset: sequence, value });
      this.#proven = sequence + 1;
      this.#wake();
    } else {
      this.#unproven.push({ offset: sequence, value });
      void this.#prove();
    }
  }

  idle(delivered: number, sequence: number): void {
    if (delivered !== this.#delivered) {
      this.gone(`messages ${this.#delivered + 1} to ${delivered} of the consumer are missing`);
      return;
    }
    this.#claimed = sequence + 1;
    if (this.#claimed > this.#proven) void this.#prove();
  }

  /**
   * Whether no record of this partition before `sequence` can have gone unread: it follows the last one, or a moment ago
   * the reader was nearer to the new end of the stream than to the old one.
   */
  #nothingBetween(sequence: number): boolean {
    if (sequence === this.#proven) return true;
    const { watch, clock } = this.#deps;
    const { state } = watch;
    if (state === undefined || elapsed(clock) - state.at > STATE_FRESH_MS) return false;
    return this.#proven > state.first && this.#proven - state.first >= (state.last - state.first) / 2;
  }

  /** Asks the server whether what came before the records received was still there after they came. */
  async #prove(): Promise<void> {
    if (this.#proving) return;
    this.#proving = true;
    while (!this.#closed && this.#failure === undefined) {
      const count = this.#unproven.length;
      const claimed = this.#claimed;
      if (count === 0 && claimed <= this.#proven) break;
      try {
        this.#accept(count, claimed, await this.#deps.watch.refresh());
      } catch (error) {
        await this.#sitOut(error);
      }
    }
    this.#proving = false;
  }

  #accept(count: number, claimed: number, { first }: StreamState): void {
    if (this.#closed) return;
    let accepted = 0;
    for (; accepted < count; accepted += 1) {
      const record = this.#unproven[accepted]!;
      if (record.offset !== this.#proven && first > this.#proven) break;
      this.#records.push(record);
      this.#proven = record.offset + 1;
    }
    this.#unproven = this.#unproven.slice(accepted);
    if (accepted < count || (claimed > this.#proven && first > this.#proven)) {
      this.#fail(this.#lost(`the stream begins at ${first}`));
    } else if (claimed > this.#proven) {
      this.#proven = claimed;
      this.#next = Math.max(this.#next, claimed);
    }
    if (accepted > 0) this.#wake();
  }

  async #attach(generation: number): Promise<void> {
    const { connection, watch, names } = this.#deps;
    let { first, last } = await watch.refresh();
    // Who leads the copies since a moment ago may not have caught up with itself yet.
    for (let looks = 1; this.#next > last + 1 && looks < LOOKS_AT_END; looks += 1) {
      await waited(this.#deps.clock, RETRY_MS);
      ({ first, last } = await watch.refresh());
    }
    if (this.#next < first) throw this.#lost(`the stream begins at ${first}`);
    if (this.#next > last + 1) throw this.#lost(`the stream ends at ${last}`);
    const from = this.#next;
    const { name } = await connection.call(`reading partition ${this.#partition}`, (jetstream) =>
      jetstream.consumers.add(names.stream, {
        filter_subject: subjectOf(names, this.#partition),
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: from,
        ack_policy: AckPolicy.None,
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: CONSUMER_IDLE_MS * NANOSECONDS,
      }),
    );
    if (generation !== this.#generation || this.#closed) {
      this.#remove(name);
      return;
    }
    this.#consumer = name;
    this.#delivered = 0;
    this.#pulls = new Pulls(connection, this.#deps.clock, names.stream, name, this, REQUESTS);
    this.#pulls.ask();
  }

  async #reattach(generation: number, afterMs: number): Promise<void> {
    if (afterMs > 0) await waited(this.#deps.clock, afterMs);
    while (generation === this.#generation && !this.#closed && this.#failure === undefined) {
      try {
        await this.#attach(generation);
        return;
      } catch (error) {
        await this.#sitOut(error);
      }
    }
  }

  /** An outage passes; anything else ends the reader. */
  async #sitOut(error: unknown): Promise<void> {
    const { connection, clock } = this.#deps;
    const coded = asLogError(error, `reading partition ${this.#partition}`, connection.who);
    if (coded.retryable) await waited(clock, RETRY_MS);
    else this.#fail(coded);
  }

  #detach(): void {
    this.#pulls?.close();
    this.#pulls = undefined;
    if (this.#consumer !== undefined) this.#remove(this.#consumer);
    this.#consumer = undefined;
  }

  /** Only sooner than the server would do it by itself. */
  #remove(consumer: string): void {
    const { connection, names } = this.#deps;
    if (!connection.connected) return;
    connection.jetstream.consumers.delete(names.stream, consumer).catch(() => undefined);
  }

  #lost(found: string): TidegateError {
    return new TidegateError(
      'POSITION_LOST',
      `partition ${this.#partition} of the stream "${this.#deps.names.stream}" was read up to ${this.#proven}; ${found}`,
    );
  }

  #fail(error: TidegateError): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = error;
    this.#detach();
    this.#wake();
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
