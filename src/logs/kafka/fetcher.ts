import { TidegateError } from '../../model/errors.ts';
import { waited } from '../log-clock.ts';
import { supports, type WireBroker } from './cluster.ts';
import {
  FETCH,
  type Fetched,
  type FetchedPartition,
  type FetchPosition,
  fetchMessage,
} from './fetch-message.ts';
import { backoffMs, type Leaders } from './leaders.ts';
import { HEAD, listOffsetsMessage, OLDEST } from './list-offsets-message.ts';
import { CODES, logError } from './protocol-errors.ts';
import { KafkaReader, type Supply } from './reader.ts';
import { recordBatches } from './record-batch.ts';
import type { WireMessage } from './wire-message.ts';

/** Milliseconds a broker keeps a request for which it has nothing yet; a reader that joins meanwhile waits as long. */
const WAIT_MS = 100;
const RESPONSE_BYTES = 8_388_608;
const PARTITION_BYTES = 1_048_576;
/** Whose partitions nobody leads for now. */
const NOBODY = -1;

/**
 * Keeps the readers supplied: one request under way per broker that leads some of their partitions, which the broker
 * holds until it has something. A reader that has room again does not wait for it, and asks on the other connection.
 */
export class Fetcher implements Supply {
  readonly #leaders: Leaders;
  readonly #maxBytes: number;
  /** In the order in which they were served, longest ago first. */
  readonly #readers = new Set<KafkaReader>();
  readonly #loops = new Set<number>();
  /** Of loops that have nobody to fetch for. */
  readonly #sleeping = new Map<number, () => void>();
  #closed = false;

  constructor(leaders: Leaders, maxBytes: number) {
    this.#leaders = leaders;
    this.#maxBytes = maxBytes;
  }

  /** The first records are there when it resolves. Rejects with POSITION_LOST, and as `Leaders.ask` does. */
  async open(partition: number, from: number, onReady: () => void): Promise<KafkaReader> {
    const doing = `reading partition ${partition} from offset ${from}`;
    const reader = new KafkaReader(partition, from, this.#maxBytes, this, onReady);
    const [answer] = await Promise.all([
      this.#leaders.ask(partition, (broker) => this.#fetchOne(broker, partition, from), doing),
      this.#leaders.sameTopic(),
    ]);
    if (answer.error !== CODES.none) throw await this.#outOfRange(partition, from);
    const { batches, next } = recordBatches(answer.records, answer.aborted, from);
    reader.deliver(batches, next);
    this.#readers.add(reader);
    this.#share();
    if (batches.length > 0) void this.#express(reader);
    this.#spread();
    return reader;
  }

  hungry(reader: KafkaReader): void {
    void this.#express(reader);
  }
  gone(reader: KafkaReader): void {
    this.#readers.delete(reader);
    this.#share();
    this.#wakeAll();
  }

  /** All readers give what they have, then the error. */
  failAll(error: TidegateError): void {
    for (const reader of this.#readers) reader.fail(error);
  }

  close(): void {
    this.#closed = true;
    for (const reader of [...this.#readers]) reader.close();
    this.#wakeAll();
  }

  #share(): void {
    const each = Math.max(PARTITION_BYTES, Math.floor(this.#maxBytes / Math.max(1, this.#readers.size)));
    for (const reader of this.#readers) reader.maxBytes = each;
  }

  /** Each broker that leads a reader's partition has a loop, and sleepers look whom they have. */
  #spread(): void {
    for (const reader of this.#readers) {
      const node = this.#nodeOf(reader);
      if (this.#loops.has(node)) continue;
      this.#loops.add(node);
      void this.#loop(node);
    }
    this.#wakeAll();
  }
  #nodeOf(reader: KafkaReader): number {
    return this.#leaders.cluster.leader(reader.partition) ?? NOBODY;
  }
  #wakeAll(): void {
    for (const wake of this.#sleeping.values()) wake();
    this.#sleeping.clear();
  }

  async #loop(node: number): Promise<void> {
    let failures = 0;
    for (;;) {
      const mine = this.#closed ? [] : [...this.#readers].filter((reader) => this.#nodeOf(reader) === node);
      if (mine.length === 0) {
        this.#loops.delete(node);
        return;
      }
      const wanted = onePerPartition(mine);
      if (node !== NOBODY && wanted.length === 0) {
        await new Promise<void>((resolve) => this.#sleeping.set(node, resolve));
        continue;
      }
      if (node !== NOBODY && (await this.#fetch(node, wanted, WAIT_MS))) failures = 0;
      else await this.#recover(failures++);
    }
  }

  /** Fetches for one reader at once, for as long as there is more, and no other request is under way for it. */
  async #express(reader: KafkaReader): Promise<void> {
    while (!this.#closed && reader.hungry && !reader.fetching) {
      const node = this.#nodeOf(reader);
      const wake = this.#sleeping.get(node);
      if (wake !== undefined) {
        this.#sleeping.delete(node);
        wake();
        return;
      }
      const { next } = reader;
      if (node === NOBODY || !(await this.#fetch(node, [reader], 0)) || reader.next === next) return;
    }
  }

  /** False when some reader got no valid answer. */
  async #fetch(node: number, readers: readonly KafkaReader[], waitMs: number): Promise<boolean> {
    const { cluster } = this.#leaders;
    for (const reader of readers) reader.fetching = true;
    try {
      const broker = await cluster.broker(node);
      const positions = readers.map(({ partition, next }) => ({ partition, offset: next }));
      const lane = waitMs > 0 ? 'waiting' : 'now';
      const { error, partitions } = await cluster.send(
        broker,
        lane,
        this.#message(broker, positions, waitMs),
      );
      if (error !== CODES.none) return false;
      let all = true;
      for (const fetched of partitions) {
        const reader = readers.find(({ partition }) => partition === fetched.partition);
        if (reader !== undefined && !(await this.#deliver(reader, fetched))) all = false;
      }
      return all;
    } catch {
      return false; // an outage: kafkajs has logged it, and the loop goes on trying
    } finally {
      for (const reader of readers) reader.fetching = false;
      this.#wakeAll(); // a loop may have found them busy
    }
  }

  #message(broker: WireBroker, positions: readonly FetchPosition[], waitMs: number): WireMessage<Fetched> {
    const { cluster, topicIdentity } = this.#leaders;
    return fetchMessage({
      topic: cluster.topic,
      topicId: supports(broker, FETCH.apiKey, FETCH.byId) ? topicIdentity.id : undefined,
      positions,
      waitMs,
      maxBytes: RESPONSE_BYTES,
      partitionBytes: PARTITION_BYTES,
    });
  }

  #fetchOne(broker: WireBroker, partition: number, offset: number): WireMessage<FetchedPartition> {
    const message = this.#message(broker, [{ partition, offset }], 0);
    const decode = (body: Buffer): FetchedPartition => {
      const { error, partitions } = message.decode(body);
      const nothing = { highWatermark: -1, logStart: -1, aborted: [], records: Buffer.alloc(0) };
      return partitions[0] ?? { partition, error, ...nothing };
    };
    return { ...message, decode };
  }

  async #deliver(reader: KafkaReader, fetched: FetchedPartition): Promise<boolean> {
    if (fetched.error === CODES.offsetOutOfRange) {
      reader.fail(await this.#outOfRange(reader.partition, reader.next));
      return true;
    }
    if (fetched.error !== CODES.none) return false;
    const { batches, next } = recordBatches(fetched.records, fetched.aborted, reader.next);
    if (batches.length > 0 && this.#readers.delete(reader)) this.#readers.add(reader);
    reader.deliver(batches, next);
    return true;
  }

  /** Leaders have moved or brokers are away: look again after a while. */
  async #recover(failures: number): Promise<void> {
    await waited(this.#leaders.clock, backoffMs(failures));
    if (this.#closed) return;
    try {
      await this.#leaders.look();
    } catch (error) {
      this.failAll(error as TidegateError);
    }
    this.#spread();
  }

  async #outOfRange(partition: number, wanted: number): Promise<TidegateError> {
    const doing = `looking for the ends of partition ${partition}`;
    const { cluster, topicIdentity } = this.#leaders;
    try {
      await topicIdentity.verify();
      const [oldest, head] = await Promise.all(
        [OLDEST, HEAD].map((end) =>
          this.#leaders.ask(
            partition,
            () => listOffsetsMessage(cluster.topic, partition, end as -1 | -2),
            doing,
          ),
        ),
      );
      return new TidegateError(
        'POSITION_LOST',
        `partition ${partition} of the topic ${JSON.stringify(cluster.topic)} holds offsets ${oldest?.offset} to ${(head?.offset ?? 0) - 1}; ${wanted} was wanted`,
      );
    } catch (error) {
      return logError(error, doing, this.#leaders.identity);
    }
  }
}

/** A request can name a partition once. */
function onePerPartition(readers: readonly KafkaReader[]): KafkaReader[] {
  const chosen = new Map<number, KafkaReader>();
  for (const reader of readers) {
    if (reader.hungry && !reader.fetching && !chosen.has(reader.partition))
      chosen.set(reader.partition, reader);
  }
  return [...chosen.values()];
}
