import { TidegateError } from '../../model/errors.ts';
import { RedisNotices } from '../../stores/redis/notices.ts';
import type { EventLog, PartitionReader, Relay } from '../event-log.ts';
import { Appender } from './appender.ts';
import { checkSettings } from './check.ts';
import { requireStreams } from './installation.ts';
import { asLogError } from './log-errors.ts';
import { DEFAULTS, type RedisStreamsLogOptions } from './options.ts';
import { StreamReader } from './reader.ts';
import { StreamRelay } from './relay.ts';
import { APPENDED, extentOf, idOf, StreamKeys } from './streams.ts';
import { StreamsConnection } from './streams-connection.ts';
import { Trimming } from './trimming.ts';

/**
 * Opens the event log on Redis Streams (Redis 7.0 or newer, Valkey): one stream per partition, offsets without gaps from 1 on. Rejects
 * with LOG_UNAVAILABLE, ACCESS_DENIED, LOG_MISSING, PARTITIONS_CHANGED or INVALID_CONFIGURATION.
 *
 * @example
 * const log = await openRedisStreamsLog({ url: 'redis://127.0.0.1:6379', partitions: 8, create: true, clock: systemClock });
 */
export async function openRedisStreamsLog(options: RedisStreamsLogOptions): Promise<EventLog> {
  const keys = new StreamKeys(options.prefix ?? DEFAULTS.prefix);
  const opened: StreamsConnection[] = [];
  const open = async () => opened[opened.push(await StreamsConnection.open(options)) - 1]!;
  try {
    const connection = await open();
    await requireStreams(connection, keys, options.partitions, options.create);
    // Large answers to readers hold up nothing else so.
    return await RedisStreamsLog.start(connection, await open(), keys, options);
  } catch (error) {
    for (const connection of opened) connection.close();
    throw error;
  }
}

class RedisStreamsLog implements EventLog {
  readonly partitions: number;
  readonly #connection: StreamsConnection;
  readonly #reading: StreamsConnection;
  readonly #keys: StreamKeys;
  readonly #options: RedisStreamsLogOptions;
  readonly #notices: RedisNotices;
  readonly #appenders: readonly Appender[];
  readonly #trimmings: readonly Trimming[];
  readonly #readers = new Set<StreamReader>();
  readonly #relays = new Set<StreamRelay>();
  #closed = false;

  private constructor(
    connection: StreamsConnection,
    reading: StreamsConnection,
    keys: StreamKeys,
    options: RedisStreamsLogOptions,
  ) {
    this.partitions = options.partitions;
    this.#connection = connection;
    this.#reading = reading;
    this.#keys = keys;
    this.#options = options;
    this.#notices = new RedisNotices(connection.redis, keys.store);
    const numbers = Array.from({ length: options.partitions }, (_, partition) => partition);
    this.#appenders = numbers.map(
      (partition) => new Appender(connection, keys, partition, () => this.#poke(partition)),
    );
    const { retentionMs, keepRecords, maxRecords } = options;
    const keep = {
      retentionMs: retentionMs ?? DEFAULTS.retentionMs,
      keepRecords: keepRecords ?? DEFAULTS.keepRecords,
      maxRecords: maxRecords ?? DEFAULTS.maxRecords,
    };
    this.#trimmings = numbers.map(() => new Trimming(options.clock, keep));
  }

  static async start(
    connection: StreamsConnection,
    reading: StreamsConnection,
    keys: StreamKeys,
    options: RedisStreamsLogOptions,
  ): Promise<EventLog> {
    const log = new RedisStreamsLog(connection, reading, keys, options);
    const pokeAll = () => {
      for (const reader of log.#readers) reader.poke();
    };
    try {
      await log.#notices.subscribe(APPENDED, (partition) => log.#poke(Number(partition)), pokeAll);
    } catch (error) {
      log.#notices.close();
      throw asLogError(error, 'listening for new events', connection.who);
    }
    return log;
  }

  async append(partition: number, values: readonly string[]): Promise<number> {
    this.#requireOpen(partition);
    if (values.length === 0) return (await this.head(partition)) - 1;
    return this.#appenders[partition]!.append(values);
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    this.#requireOpen(partition);
    const deps = {
      connection: this.#reading,
      keys: this.#keys,
      clock: this.#options.clock,
      share: () => this.#share(),
      onClosed: (reader: StreamReader) => this.#readers.delete(reader),
    };
    const reader = new StreamReader(deps, partition, from, onReady);
    this.#readers.add(reader);
    try {
      await reader.begin();
    } catch (error) {
      reader.close();
      throw error;
    }
    return reader;
  }

  async head(partition: number): Promise<number> {
    this.#requireOpen(partition);
    const key = this.#keys.of(partition);
    const what = `reading the head of partition ${partition}`;
    const answer = await this.#connection.send(what, 'xinfo', ['STREAM', key]);
    return extentOf(answer as readonly unknown[]).next;
  }

  /** Lets go of records that lie far enough below the position. */
  async commit(partition: number, position: number): Promise<void> {
    this.#requireOpen(partition);
    const to = this.#trimmings[partition]!.committed(position);
    if (to === undefined) return;
    const args = [this.#keys.of(partition), 'MINID', '~', idOf(to)];
    await this.#connection.send(`trimming partition ${partition}`, 'xtrim', args);
  }

  async lag(partition: number, position: number): Promise<number> {
    return Math.max(0, (await this.head(partition)) - Math.max(position, 1));
  }

  async relay(): Promise<Relay> {
    this.#requireOpen(0);
    const { clock, logger } = this.#options;
    const connection = await StreamsConnection.open(this.#options);
    const relay = new StreamRelay({
      connection,
      keys: this.#keys,
      partitions: this.partitions,
      append: (partition, values) => this.#appenders[partition]!.append(values),
      clock,
      logger,
      onClosed: (closed) => this.#relays.delete(closed),
    });
    try {
      await relay.begin();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#relays.add(relay);
    return relay;
  }

  async check(): Promise<readonly string[]> {
    this.#requireOpen(0);
    return checkSettings(this.#connection);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const reader of [...this.#readers]) reader.close();
    await Promise.all([...this.#relays].map((relay) => relay.close()));
    this.#notices.close();
    this.#reading.close();
    this.#connection.close();
  }

  #poke(partition: number): void {
    for (const reader of this.#readers) if (reader.partition === partition) reader.poke();
  }

  #share(): number {
    const total = this.#options.maxBytesInFlight ?? DEFAULTS.maxBytesInFlight;
    return total / Math.max(this.#readers.size, 1);
  }

  #requireOpen(partition: number): void {
    if (this.#closed) throw new TidegateError('STORE_UNAVAILABLE', 'the event log is closed');
    if (!(partition >= 0 && partition < this.partitions)) {
      throw new TidegateError('INTERNAL', `there is no partition ${partition}`);
    }
  }
}
