import { TidegateError } from '../../model/errors.ts';
import { elapsed, waited } from '../log-clock.ts';
import type { WireBroker } from './cluster.ts';
import { backoffMs, type Leaders } from './leaders.ts';
import { HEAD, listOffsetsMessage } from './list-offsets-message.ts';
import { type Batch, PartitionQueue } from './partition-queue.ts';
import { type ProducedPartition, produceMessage } from './produce-message.ts';
import { ProducerSession } from './producer-session.ts';
import { CODES, codeError, logError } from './protocol-errors.ts';

/** Bytes of one request, beyond its first batch. */
const REQUEST_BYTES = 4_194_304;
/** How often appends are looked at that have waited too long. */
const SWEEP_MS = 250;

const NEW_SESSION = new Set<number>([
  CODES.outOfOrderSequence,
  CODES.invalidProducerEpoch,
  CODES.unknownProducer,
]);
const TOO_LARGE = new Set<number>([CODES.messageTooLarge, CODES.recordListTooLarge]);
const FORBIDDEN = new Set<number>([CODES.topicForbidden, CODES.clusterForbidden]);

/**
 * Appends to the partitions' leaders. At any time one request is under way per broker and one batch per partition; what
 * comes meanwhile makes the next batch. So the order stands whatever is sent again, and the answer of each partition
 * counts for itself. Batches carry a producer's sequence numbers, so that one sent again is not written again.
 */
export class Appender {
  readonly #leaders: Leaders;
  readonly #queues = new Map<number, PartitionQueue>();
  readonly #session: ProducerSession;
  readonly #answerMs: number;
  readonly #maxRecordBytes: number;
  readonly #busy = new Set<number>();
  #pumping = false;
  #sweeping = false;
  #closed = false;

  /** @param maxRecordBytes what the broker takes as one batch, and so as one record. */
  constructor(leaders: Leaders, answerMs: number, maxRecordBytes: number) {
    this.#leaders = leaders;
    this.#answerMs = answerMs;
    this.#maxRecordBytes = maxRecordBytes;
    this.#session = new ProducerSession(leaders);
  }

  /** Rejects with LIMIT_EXCEEDED, LOG_UNAVAILABLE, LOG_MISSING or ACCESS_DENIED; with the first, nothing was appended. */
  append(partition: number, values: readonly string[]): Promise<number> {
    let queue = this.#queues.get(partition);
    if (queue === undefined) {
      queue = new PartitionQueue(partition, this.#maxRecordBytes);
      this.#queues.set(partition, queue);
    }
    const done = queue.add(values, elapsed(this.#leaders.clock) + this.#answerMs);
    this.#sweep();
    if (!this.#pumping) {
      this.#pumping = true;
      // All that is appended in one go is one batch.
      queueMicrotask(() => {
        this.#pumping = false;
        this.#pump();
      });
    }
    return done;
  }

  close(): void {
    this.#closed = true;
    const error = new TidegateError('LOG_UNAVAILABLE', 'the event log was closed before it acknowledged');
    for (const queue of this.#queues.values()) queue.rejectAll(error);
  }

  /** Sends to every broker that has something to get and nothing under way. */
  #pump(): void {
    if (this.#closed) return;
    const ready = new Map<number | undefined, PartitionQueue[]>();
    for (const queue of this.#queues.values()) {
      if (!queue.ready) continue;
      const leader = this.#leaders.cluster.leader(queue.partition);
      const others = ready.get(leader);
      if (others === undefined) ready.set(leader, [queue]);
      else others.push(queue);
    }
    for (const [leader, queues] of ready) {
      const node = leader ?? -1;
      if (this.#busy.has(node)) continue;
      this.#busy.add(node);
      void this.#send(node, queues).finally(() => {
        this.#busy.delete(node);
        this.#pump();
      });
    }
  }

  async #send(node: number, queues: readonly PartitionQueue[]): Promise<void> {
    const batches: Batch[] = [];
    let failures = 0;
    try {
      if (node < 0) throw new TidegateError('LOG_UNAVAILABLE', 'no broker leads the partition');
      const broker = await this.#leaders.cluster.broker(node);
      const producer = await this.#session.current();
      let bytes = 0;
      for (const queue of queues) {
        if (bytes > REQUEST_BYTES) break;
        if (!queue.ready) continue; // its leader has changed meanwhile
        const batch = queue.next(producer, this.#leaders.clock.now());
        if (batch === undefined) continue;
        batches.push(batch);
        bytes += batch.bytes.length;
      }
      if (batches.length === 0) return;
      for (const answer of await this.#produce(broker, batches)) {
        const batch = batches.find(({ queue }) => queue.partition === answer.partition);
        if (batch !== undefined && !(await this.#settle(batch, answer)))
          failures = Math.max(failures, batch.tries);
      }
    } catch (error) {
      const coded = logError(error, 'appending', this.#leaders.identity);
      for (const { queue } of batches) queue.failed(coded);
      for (const queue of queues) queue.trouble = coded;
      if (coded.code !== 'LOG_UNAVAILABLE') this.#rejectAll(queues, coded);
      failures = Math.max(1, ...batches.map(({ tries }) => tries));
    }
    if (failures > 0) await this.#recover(failures, queues);
  }

  #produce(broker: WireBroker, batches: readonly Batch[]): Promise<readonly ProducedPartition[]> {
    const { cluster } = this.#leaders;
    const parts = batches.map(({ queue, bytes }) => ({ partition: queue.partition, bytes }));
    return cluster.send(broker, 'now', produceMessage(cluster.topic, parts));
  }

  /** False where the batch has to be sent again. */
  async #settle(batch: Batch, { error, offset }: ProducedPartition): Promise<boolean> {
    const { queue } = batch;
    if (error === CODES.none || error === CODES.duplicateSequence) {
      queue.acknowledged(offset < 0 ? await this.#offsetBefore(queue.partition, batch.count) : offset);
      return true;
    }
    const coded = codeError(error, `appending to partition ${queue.partition}`, this.#leaders.identity);
    if (FORBIDDEN.has(error)) {
      this.#rejectAll([queue], coded);
      return true;
    }
    if (NEW_SESSION.has(error) || TOO_LARGE.has(error)) this.#session.renew(batch.producer);
    if (TOO_LARGE.has(error)) {
      queue.tooLarge();
      return true;
    }
    queue.failed(coded, NEW_SESSION.has(error));
    return false;
  }

  async #recover(failures: number, queues: readonly PartitionQueue[]): Promise<void> {
    await waited(this.#leaders.clock, backoffMs(failures));
    if (this.#closed) return;
    try {
      await this.#leaders.look();
    } catch (error) {
      this.#rejectAll(queues, error as TidegateError);
    }
  }

  #rejectAll(queues: readonly PartitionQueue[], error: TidegateError): void {
    for (const queue of queues) {
      const producer = queue.rejectAll(error);
      if (producer !== undefined) this.#session.renew(producer);
    }
  }

  /** A broker that has forgotten where a repeated batch stands says only that it has it: at the latest, so far. */
  async #offsetBefore(partition: number, count: number): Promise<number> {
    const message = listOffsetsMessage(this.#leaders.cluster.topic, partition, HEAD);
    return (await this.#leaders.ask(partition, () => message, 'looking for the head')).offset - count;
  }

  /** Nobody waits longer than he was promised; what he waited for may have been written all the same. */
  #sweep(): void {
    if (this.#sweeping || this.#closed) return;
    this.#sweeping = true;
    this.#leaders.clock.after(SWEEP_MS, () => {
      this.#sweeping = false;
      let waiting = false;
      for (const queue of this.#queues.values()) {
        queue.expire(elapsed(this.#leaders.clock));
        waiting ||= queue.waiting;
      }
      if (waiting) this.#sweep();
    });
  }
}
