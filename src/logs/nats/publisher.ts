import { createInbox, type Msg, type Subscription } from 'nats';
import { TidegateError } from '../../model/errors.ts';
import type { LogClock } from '../log-clock.ts';
import type { LogConnection } from './connection.ts';
import { fromApi } from './nats-errors.ts';

/** Messages under way at once; a stream's own queue on the server takes 10,000. */
const MESSAGES_UNDER_WAY = 4_096;
const BYTES_UNDER_WAY = 16 * 1024 ** 2;

interface Append {
  readonly subject: string;
  readonly values: readonly string[];
  /** Index of the value to send next. */
  next: number;
  /** Of those sent, how many were not answered. */
  open: number;
  /** The highest sequence acknowledged. */
  last: number;
  settled: boolean;
  resolve(last: number): void;
  reject(error: TidegateError): void;
}

interface Sent {
  readonly append: Append;
  readonly bytes: number;
}

/**
 * Publishes to the stream with many messages under way. One connection carries them in order, so calls are kept in order
 * too; each message's acknowledgement is awaited.
 */
export class Publisher {
  readonly #connection: LogConnection;
  readonly #clock: LogClock;
  readonly #inbox = createInbox();
  readonly #answers: Subscription;
  readonly #sent = new Map<number, Sent>();
  /** Appends that are not wholly sent, oldest first. */
  readonly #waiting: Append[] = [];
  #number = 0;
  #bytes = 0;
  #cancelWatch: (() => void) | undefined;
  /** Messages answered since the watch looked last. */
  #answered = 0;
  #closed = false;
  readonly #lost = () => this.#failAll(this.#away('the connection to NATS broke'));
  readonly #denied = (subject: string) => this.#fail(subject);

  constructor(connection: LogConnection, clock: LogClock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.onLost.add(this.#lost);
    connection.onDenied.add(this.#denied);
    this.#answers = connection.nats.subscribe(`${this.#inbox}.*`, {
      callback: (_error, message) => this.#answer(message),
    });
  }

  /**
   * Resolves with the last value's sequence. Rejects with LOG_UNAVAILABLE, STORE_FULL or ACCESS_DENIED, when some may be in;
   * with LIMIT_EXCEEDED, before any is, where a value is larger than the server takes.
   */
  append(subject: string, values: readonly string[]): Promise<number> {
    if (!this.#connection.connected || this.#closed)
      return Promise.reject(this.#away('not connected to NATS'));
    const maximum = this.#connection.nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
    for (const value of values) {
      if (value.length * 3 <= maximum) continue;
      const bytes = Buffer.byteLength(value);
      if (bytes > maximum) return Promise.reject(tooLarge(bytes, maximum));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ subject, values, next: 0, open: 0, last: 0, settled: false, resolve, reject });
      this.#send();
    });
  }

  close(): void {
    this.#closed = true;
    this.#connection.onLost.delete(this.#lost);
    this.#connection.onDenied.delete(this.#denied);
    this.#failAll(this.#away('the event log is closed'));
    this.#cancelWatch?.();
    this.#answers.unsubscribe();
  }

  #send(): void {
    const { nats } = this.#connection;
    while (this.#waiting.length > 0) {
      const append = this.#waiting[0]!;
      while (append.next < append.values.length && !append.settled) {
        if (this.#sent.size >= MESSAGES_UNDER_WAY || this.#bytes >= BYTES_UNDER_WAY) return;
        const data = Buffer.from(append.values[append.next]!, 'utf8');
        const number = this.#number++;
        try {
          nats.publish(append.subject, data, { reply: `${this.#inbox}.${number}` });
        } catch (cause) {
          this.#settle(append, this.#away(`the message was not sent (${String(cause)})`));
          break;
        }
        append.next += 1;
        append.open += 1;
        this.#bytes += data.length;
        this.#sent.set(number, { append, bytes: data.length });
      }
      this.#waiting.shift();
    }
    if (this.#sent.size > 0 && this.#cancelWatch === undefined) this.#watch();
  }

  #answer(message: Msg): void {
    const { subject } = message;
    const number = Number(subject.slice(subject.lastIndexOf('.') + 1));
    const sent = this.#sent.get(number);
    if (sent === undefined) return; // given up already
    this.#forget(number, sent);
    this.#answered += 1;
    const { append } = sent;
    const result = resultOf(message);
    if (typeof result !== 'number') this.#settle(append, result);
    else if (result > append.last) append.last = result;
    append.open -= 1;
    if (append.open === 0 && append.next === append.values.length && !append.settled) {
      append.settled = true;
      append.resolve(append.last);
    }
    if (this.#waiting.length > 0) this.#send();
  }

  #forget(number: number, { bytes }: Sent): void {
    this.#sent.delete(number);
    this.#bytes -= bytes;
  }

  #settle(append: Append, error: TidegateError): void {
    if (append.settled) return;
    append.settled = true;
    append.reject(error);
  }

  #fail(subject: string): void {
    const { who } = this.#connection;
    const error = new TidegateError('ACCESS_DENIED', `publishing to "${subject}" as ${who} is not permitted`);
    for (const [number, sent] of this.#sent) {
      if (sent.append.subject !== subject) continue;
      this.#forget(number, sent);
      this.#settle(sent.append, error);
    }
    this.#send();
  }

  #failAll(error: TidegateError): void {
    for (const { append } of this.#sent.values()) this.#settle(append, error);
    for (const append of this.#waiting) this.#settle(append, error);
    this.#sent.clear();
    this.#waiting.length = 0;
    this.#bytes = 0;
  }

  /** Gives up when nothing at all was answered in the time an answer may take. */
  #watch(): void {
    this.#answered = 0;
    this.#cancelWatch = this.#clock.after(this.#connection.timeoutMs, () => {
      this.#cancelWatch = undefined;
      if (this.#sent.size === 0) return;
      if (this.#answered === 0) this.#failAll(this.#away('no acknowledgement came in time'));
      else this.#watch();
    });
  }

  #away(reason: string): TidegateError {
    return new TidegateError('LOG_UNAVAILABLE', `publishing to the event log: ${reason}`);
  }
}

/** The sequence the message got, or why it got none. */
function resultOf(message: Msg): number | TidegateError {
  const { data } = message;
  if (data.length === 0) {
    return new TidegateError(
      'LOG_UNAVAILABLE',
      'publishing to the event log: no stream takes the subject now',
    );
  }
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  const at = text.indexOf('"seq":');
  if (at >= 0 && !text.includes('"error"')) return Number.parseInt(text.slice(at + 6), 10);
  const { error } = JSON.parse(text) as { error?: { err_code?: number; description?: string } };
  return fromApi(error?.err_code, error?.description ?? text, 'publishing to the event log');
}

function tooLarge(bytes: number, maximum: number): TidegateError {
  return new TidegateError(
    'LIMIT_EXCEEDED',
    `the event has ${bytes} bytes; the NATS server takes ${maximum} (max_payload)`,
    { details: { limit: 'max_payload', maximum, actual: bytes } },
  );
}
