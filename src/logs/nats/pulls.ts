import { createInbox, type Msg, type Subscription } from 'nats';
import type { LogClock } from '../log-clock.ts';
import { elapsed } from '../log-clock.ts';
import type { LogConnection } from './connection.ts';

const NANOSECONDS = 1_000_000;
const EXPIRES_MS = 10_000;
const HEARTBEAT_MS = 1_500;
/** Two heartbeats late, and some grace. */
const SILENCE_MS = 4_000;

export interface PullHandler {
  message(message: Msg): void;
  /** How many messages and bytes may come now; undefined for none. */
  room(): { readonly messages: number; readonly bytes: number } | undefined;
  /** The consumer has looked at the stream up to this sequence and delivered so many messages. */
  idle?(delivered: number, sequence: number): void;
  /** Nothing will come of this consumer any more. */
  gone(reason: string): void;
}

/**
 * Asks a consumer for messages, one request under way at a time: so it is exactly known how much may still come. The
 * server's heartbeats tell a quiet stream from a dead consumer.
 */
export class Pulls {
  readonly #connection: LogConnection;
  readonly #clock: LogClock;
  readonly #handler: PullHandler;
  readonly #subject: string;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  /** Messages that the request under way may still bring; 0: there is none. */
  #left = 0;
  #request = 0;
  #heardAt = 0;
  /**
   * A message has come since the last look. It is a sign of life like a heartbeat, which the server sends only where no
   * message goes out; asking the clock for each would cost.
   */
  #heard = false;
  #cancelWatch: (() => void) | undefined;
  #ended = false;

  constructor(
    connection: LogConnection,
    clock: LogClock,
    stream: string,
    consumer: string,
    handler: PullHandler,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#handler = handler;
    this.#subject = `${connection.jetstream.getOptions().apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#subscription = connection.nats.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#receive(message);
        else this.#end(error.message);
      },
    });
    this.#watch();
  }

  /** Asks for more where there is room and nothing is asked for. */
  ask(): void {
    if (this.#left > 0 || this.#ended) return;
    const room = this.#handler.room();
    if (room === undefined) return;
    this.#left = room.messages;
    this.#request += 1;
    this.#heardAt = elapsed(this.#clock);
    const request = JSON.stringify({
      batch: room.messages,
      max_bytes: room.bytes,
      expires: EXPIRES_MS * NANOSECONDS,
      idle_heartbeat: HEARTBEAT_MS * NANOSECONDS,
    });
    try {
      this.#connection.nats.publish(this.#subject, request, { reply: `${this.#inbox}.${this.#request}` });
    } catch (error) {
      this.#end(String(error));
    }
  }

  close(): void {
    this.#ended = true;
    this.#cancelWatch?.();
    this.#subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    if (this.#ended) return;
    const { headers } = message;
    // Only what the server says itself has a status.
    if (headers !== undefined && headers.code > 0 && message.data.length === 0) {
      this.#status(message, headers.code, headers.description);
      return;
    }
    this.#left -= 1;
    this.#heard = true;
    this.#handler.message(message);
    if (this.#left === 0) this.ask();
  }

  #status(message: Msg, code: number, description: string): void {
    this.#heardAt = elapsed(this.#clock);
    if (code === 100) {
      const { headers } = message;
      this.#handler.idle?.(
        Number(headers?.get('Nats-Last-Consumer')),
        Number(headers?.get('Nats-Last-Stream')),
      );
      return;
    }
    const over = code === 404 || code === 408 || /message size exceeds maxbytes/i.test(description);
    if (!over) {
      this.#end(code === 503 ? 'the server does not know the consumer' : description);
    } else if (message.subject.endsWith(`.${this.#request}`)) {
      this.#left = 0;
      this.ask();
    }
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.close();
    this.#handler.gone(reason);
  }

  #watch(): void {
    this.#cancelWatch = this.#clock.after(SILENCE_MS / 4, () => {
      if (this.#heard) this.heard();
      const silent = this.#left > 0 && elapsed(this.#clock) - this.#heardAt > SILENCE_MS;
      if (silent) this.#end('no heartbeat came');
      else this.#watch();
    });
  }

  /** It lives. */
  heard(): void {
    this.#heard = false;
    this.#heardAt = elapsed(this.#clock);
  }
}
