import { AckPolicy, DeliverPolicy, type Msg } from 'nats';
import { TidegateError } from '../../model/errors.ts';
import type { Relay } from '../event-log.ts';
import { type LogClock, type LogLogger, waited } from '../log-clock.ts';
import { partitionOfText } from '../relay-routing.ts';
import { deliveryOf } from './acknowledgement.ts';
import type { LogConnection } from './connection.ts';
import { textOf } from './message-text.ts';
import { asLogError } from './nats-errors.ts';
import type { Publisher } from './publisher.ts';
import { type PullHandler, Pulls } from './pulls.ts';
import { type StreamNames, subjectOf } from './stream.ts';

const NANOSECONDS = 1_000_000;
/** The consumer that all processes share. */
const CONSUMER = 'tidegate-relay';
/** A message that was not acknowledged for so long, its relay being dead, goes to another. */
const ACK_WAIT_MS = 10_000;
const MESSAGES_PER_PULL = 1_024;
const BYTES_PER_PULL = 8 * 1024 ** 2;
const SUBJECTS_LENGTH = 4_096;
/** Messages that all relays together may have taken and not passed on. */
const MAX_ACK_PENDING = 16_384;
const RETRY_MS = 500;
const ACK = '+ACK';
const AGAIN = `-NAK ${JSON.stringify({ delay: 1_000 * NANOSECONDS })}`;

export interface RelayDependencies {
  readonly connection: LogConnection;
  readonly publisher: Publisher;
  readonly names: StreamNames;
  readonly clock: LogClock;
  readonly logger: LogLogger | undefined;
  readonly onClosed: (relay: NatsRelay) => void;
}

/**
 * Passes on what is published to the ingress. A message is acknowledged once its copy in the partition is, so a relay that dies
 * leaves its messages to the others.
 */
export class NatsRelay implements Relay, PullHandler {
  readonly #deps: RelayDependencies;
  readonly #restart = () => this.#again(0);
  #pulls: Pulls | undefined;
  #generation = 0;
  /** Received in this turn of the event loop, by partition. */
  #batch = new Map<number, { texts: string[]; replies: string[] }>();
  /** Messages taken and not passed on. */
  #open = 0;
  #trouble: string | undefined;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(deps: RelayDependencies) {
    this.#deps = deps;
    deps.connection.onBack.add(this.#restart);
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Rejects where the consumer can be neither found nor made. */
  async begin(): Promise<void> {
    this.#generation += 1;
    await this.#attach(this.#generation);
  }

  /** What was taken is passed on first, as far as the log answers. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#generation += 1;
    this.#pulls?.close();
    this.#deps.connection.onBack.delete(this.#restart);
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.#deps.onClosed(this);
  }

  room(): { readonly messages: number; readonly bytes: number } | undefined {
    if (this.#open >= MESSAGES_PER_PULL) return undefined;
    const largest = (this.#deps.connection.nats.info?.max_payload ?? 0) + SUBJECTS_LENGTH;
    return { messages: MESSAGES_PER_PULL, bytes: Math.max(BYTES_PER_PULL, largest) };
  }

  message(message: Msg): void {
    const reply = message.reply ?? '';
    const text = this.#fitting(textOf(message), reply);
    const partition = partitionOfText(text, this.#deps.names.partitions);
    if (this.#batch.size === 0) setImmediate(() => this.#passOn());
    const batch = this.#batch.get(partition);
    if (batch === undefined) this.#batch.set(partition, { texts: [text], replies: [reply] });
    else {
      batch.texts.push(text);
      batch.replies.push(reply);
    }
    this.#open += 1;
    this.#pulls?.heard();
  }

  gone(reason: string): void {
    this.#deps.logger?.warn({ stream: this.#deps.names.stream, reason }, 'the relay asks anew');
    // A server that refuses what it is asked would be asked without end.
    this.#again(RETRY_MS);
  }

  /** As JSON an event may be larger than it was; what no message can hold is replaced by a text that becomes a dead letter. */
  #fitting(text: string, reply: string): string {
    const maximum = this.#deps.connection.nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
    if (text.length * 3 <= maximum) return text;
    const bytes = Buffer.byteLength(text);
    if (bytes <= maximum) return text;
    const { sequence } = deliveryOf(reply);
    const { stream } = this.#deps.names;
    return `the event at sequence ${sequence} of the stream "${stream}" has ${bytes} bytes in structured mode; max_payload is ${maximum}: ${text.slice(0, 1_000)}`;
  }

  #passOn(): void {
    const batches = this.#batch;
    this.#batch = new Map();
    for (const [partition, { texts, replies }] of batches) void this.#passOnTo(partition, texts, replies);
  }

  async #passOnTo(partition: number, texts: readonly string[], replies: readonly string[]): Promise<void> {
    const { publisher, names } = this.#deps;
    try {
      await publisher.append(subjectOf(names, partition), texts);
      this.#trouble = undefined;
      this.#answer(replies, ACK);
    } catch (error) {
      this.#trouble = describe(error);
      this.#answer(replies, AGAIN);
    }
    this.#open -= replies.length;
    if (this.#open === 0) this.#idle?.();
    this.#pulls?.ask();
  }

  #answer(replies: readonly string[], answer: string): void {
    const { connection } = this.#deps;
    // Without an answer they come again by themselves.
    if (!connection.connected || connection.nats.isClosed()) return;
    for (const reply of replies) connection.nats.publish(reply, answer);
  }

  #again(afterMs: number): void {
    if (this.#closed) return;
    this.#pulls?.close();
    this.#pulls = undefined;
    this.#generation += 1;
    void this.#reattach(this.#generation, afterMs);
  }

  async #reattach(generation: number, afterMs: number): Promise<void> {
    if (afterMs > 0) await waited(this.#deps.clock, afterMs);
    while (generation === this.#generation) {
      try {
        await this.#attach(generation);
        this.#trouble = undefined;
        return;
      } catch (error) {
        this.#trouble = describe(error);
        await waited(this.#deps.clock, RETRY_MS);
      }
    }
  }

  async #attach(generation: number): Promise<void> {
    const { connection, names, clock } = this.#deps;
    await connection.call('reading the ingress', (jetstream) =>
      // The same settings again change nothing.
      jetstream.consumers.add(names.stream, {
        durable_name: CONSUMER,
        filter_subject: names.ingress,
        deliver_policy: DeliverPolicy.All,
        ack_policy: AckPolicy.Explicit,
        ack_wait: ACK_WAIT_MS * NANOSECONDS,
        max_ack_pending: MAX_ACK_PENDING,
      }),
    );
    if (generation !== this.#generation) return;
    this.#pulls = new Pulls(connection, clock, names.stream, CONSUMER, this);
    this.#pulls.ask();
  }
}

function describe(error: unknown): string {
  if (error instanceof TidegateError) return `${error.code}: ${error.message}`;
  const { message } = asLogError(error, 'passing on events', 'the relay');
  return message;
}
