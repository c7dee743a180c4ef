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

/** One request at a time, with an inbox of its own: so it is exactly known how much may still come. */
interface Lane {
  readonly inbox: string;
  readonly subscription: Subscription;
  /** Messages that the request under way may still bring; 0: there is none. */
  left: number;
  /** Number of the request. */
  request: number;
}

/**
 * Asks a consumer for messages. While one request is being answered another may wait at the server, or each would cost the
 * time of a round trip and of all that lies in the socket before its answer. The server's heartbeats tell a quiet stream
 * from a dead consumer.
 */
export class Pulls {
  readonly #connection: LogConnection;
  readonly #clock: LogClock;
  readonly #handler: PullHandler;
  readonly #subject: string;
  readonly #lanes: readonly Lane[];
  #heardAt = 0;
  /**
   * A message has come since the last look. It is a sign of life like a heartbeat, which the server sends only where no
   * message goes out; asking the clock for each would cost.
   */
  #heard = false;
  #cancelWatch: (() => void) | undefined;
  #ended = false;

  /** `requests`: how many may be under way at a time. */
  constructor(
    connection: LogConnection,
    clock: LogClock,
    stream: string,
    consumer: string,
    handler: PullHandler,
    requests = 1,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#handler = handler;
    this.#subject = `${connection.jetstream.getOptions().apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#lanes = Array.from({ length: requests }, () => this.#open());
    this.#watch();
  }

  #open(): Lane {
    const inbox = createInbox();
    const subscription = this.#connection.nats.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#receive(lane, message);
        else this.#end(error.message);
      },
    });
    const lane: Lane = { inbox, subscription, left: 0, request: 0 };
    return lane;
  }

  /** Asks for more where there is room, as often as requests may be under way. */
  ask(): void {
    for (const lane of this.#lanes) if (lane.left === 0 && !this.#ended) this.#request(lane);
  }

  #request(lane: Lane): void {
    const room = this.#handler.room();
    if (room === undefined) return;
    lane.left = room.messages;
    lane.request += 1;
    this.#heardAt = elapsed(this.#clock);
    const request = JSON.stringify({
      batch: room.messages,
      max_bytes: room.bytes,
      expires: EXPIRES_MS * NANOSECONDS,
      idle_heartbeat: HEARTBEAT_MS * NANOSECONDS,
    });
    try {
      this.#connection.nats.publish(this.#subject, request, { reply: `${lane.inbox}.${lane.request}` });
    } catch (error) {
      this.#end(String(error));
    }
  }

  close(): void {
    this.#ended = true;
    this.#cancelWatch?.();
    for (const { subscription } of this.#lanes) subscription.unsubscribe();
  }

  #receive(lane: Lane, message: Msg): void {
    if (this.#ended) return;
    const { headers } = message;
    // Only what the server says itself has a status.
    if (headers !== undefined && headers.code > 0 && message.data.length === 0) {
      this.#status(lane, message, headers.code, headers.description);
      return;
    }
    lane.left -= 1;
    this.#heard = true;
    this.#handler.message(message);
    if (lane.left === 0) this.ask();
  }

  #status(lane: Lane, message: Msg, code: number, description: string): void {
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
    } else if (message.subject.endsWith(`.${lane.request}`)) {
      lane.left = 0;
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
      const asked = this.#lanes.some(({ left }) => left > 0);
      const silent = asked && elapsed(this.#clock) - this.#heardAt > SILENCE_MS;
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
