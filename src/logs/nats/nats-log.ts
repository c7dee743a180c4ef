import { TidegateError } from '../../model/errors.ts';
import type { EventLog, PartitionReader, Relay } from '../event-log.ts';
import { checkSettings } from './check.ts';
import { LogConnection } from './connection.ts';
import { DEFAULT_BYTES_IN_FLIGHT, type NatsLogOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { NatsReader } from './reader.ts';
import { NatsRelay } from './relay.ts';
import { requireStream, type StreamNames, streamNames, subjectOf } from './stream.ts';
import { StreamWatch } from './stream-watch.ts';

/**
 * Opens the event log on NATS JetStream (server 2.9 or newer): one stream, a subject per partition, offsets are the stream's
 * sequence numbers. Rejects with LOG_UNAVAILABLE, ACCESS_DENIED, LOG_MISSING, PARTITIONS_CHANGED or INVALID_CONFIGURATION.
 *
 * @example
 * const log = await openNatsLog({ servers: ['127.0.0.1:4222'], partitions: 8, create: true, clock: systemClock });
 */
export async function openNatsLog(options: NatsLogOptions): Promise<EventLog> {
  const connection = await LogConnection.open(options);
  try {
    await requireStream(connection, options);
  } catch (error) {
    await connection.nats.close();
    throw error;
  }
  return new NatsLog(connection, options);
}

class NatsLog implements EventLog {
  readonly partitions: number;
  readonly #connection: LogConnection;
  readonly #options: NatsLogOptions;
  readonly #names: StreamNames;
  readonly #watch: StreamWatch;
  readonly #publisher: Publisher;
  readonly #readers = new Set<NatsReader>();
  readonly #relays = new Set<NatsRelay>();
  #closed = false;

  constructor(connection: LogConnection, options: NatsLogOptions) {
    this.partitions = options.partitions;
    this.#connection = connection;
    this.#options = options;
    this.#names = streamNames(options);
    this.#watch = new StreamWatch(connection, this.#names.stream, options.clock);
    this.#publisher = new Publisher(connection, options.clock);
    connection.onBack.add(() => {
      for (const reader of [...this.#readers]) reader.restart();
    });
  }

  async append(partition: number, values: readonly string[]): Promise<number> {
    this.#requireOpen();
    const subject = this.#subject(partition);
    if (values.length === 0) return (await this.head(partition)) - 1;
    return this.#publisher.append(subject, values);
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    this.#requireOpen();
    this.#subject(partition);
    const { clock, logger } = this.#options;
    const deps = {
      connection: this.#connection,
      watch: this.#watch,
      names: this.#names,
      clock,
      logger,
      share: () => this.#share(),
    };
    const reader = new NatsReader(deps, partition, from, onReady, (closed) => this.#readers.delete(closed));
    this.#readers.add(reader);
    try {
      await reader.begin();
    } catch (error) {
      reader.close();
      throw error;
    }
    return reader;
  }

  /** Sequence of the partition's newest record plus one, 0 where it has none; other partitions' records do not count. */
  async head(partition: number): Promise<number> {
    this.#requireOpen();
    const subject = this.#subject(partition);
    return this.#connection.call(`reading the head of partition ${partition}`, async (jetstream) => {
      // Of the stream's leader; any other copy could be behind.
      const found = await jetstream.streams
        .getMessage(this.#names.stream, { last_by_subj: subject })
        .catch((error: unknown) => {
          if ((error as { api_error?: { err_code: number } }).api_error?.err_code === NO_MESSAGE) return null;
          throw error;
        });
      return found === null ? 0 : found.seq + 1;
    });
  }

  /** Nothing to tell: the stream keeps by age and size, and lag is counted from the store's position. */
  async commit(): Promise<void> {}

  /** Sequences between `position` and the partition's newest record: other partitions' records in between are counted. */
  async lag(partition: number, position: number): Promise<number> {
    return Math.max(0, (await this.head(partition)) - Math.max(position, 1));
  }

  async relay(): Promise<Relay> {
    this.#requireOpen();
    const { clock, logger } = this.#options;
    const relay = new NatsRelay({
      connection: this.#connection,
      publisher: this.#publisher,
      names: this.#names,
      clock,
      logger,
      onClosed: (closed) => this.#relays.delete(closed),
    });
    this.#relays.add(relay);
    await relay.begin();
    return relay;
  }

  check(): Promise<readonly string[]> {
    this.#requireOpen();
    return checkSettings(this.#connection, this.#names, this.#options);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const reader of [...this.#readers]) reader.close();
    await Promise.all([...this.#relays].map((relay) => relay.close()));
    this.#watch.close();
    this.#publisher.close();
    await this.#connection.nats.close();
  }

  #share(): number {
    const total = this.#options.maxBytesInFlight ?? DEFAULT_BYTES_IN_FLIGHT;
    return Math.floor(total / Math.max(this.#readers.size, 1));
  }

  #subject(partition: number): string {
    if (!(partition >= 0 && partition < this.partitions)) {
      throw new TidegateError('INTERNAL', `there is no partition ${partition}`);
    }
    return subjectOf(this.#names, partition);
  }

  #requireOpen(): void {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', 'the event log is closed');
  }
}

/** `err_code` of "no message found". */
const NO_MESSAGE = 10037;
