import { TidegateError } from '../../model/errors.ts';
import { APPEND } from './stream-scripts.ts';
import { offsetOf, type StreamKeys } from './streams.ts';
import type { StreamsConnection } from './streams-connection.ts';

/** What one call of the script takes at most; one append is never divided by characters alone. */
const VALUES_PER_CALL = 4_000;
const CHARACTERS_PER_CALL = 4 * 1024 ** 2;

interface Append {
  readonly values: readonly string[];
  /** How many values are in already. */
  done: number;
  resolve(last: number): void;
  reject(error: unknown): void;
}

/**
 * Appends to one partition, one call under way at a time: what is asked for meanwhile goes together with the next, so the order is kept,
 * and a server that syncs every write does so once for many appends.
 */
export class Appender {
  readonly #connection: StreamsConnection;
  readonly #key: string;
  readonly #channel: string;
  readonly #partition: number;
  readonly #onAppended: () => void;
  #waiting: Append[] = [];
  #busy = false;

  constructor(connection: StreamsConnection, keys: StreamKeys, partition: number, onAppended: () => void) {
    this.#connection = connection;
    this.#key = keys.of(partition);
    this.#channel = keys.channel;
    this.#partition = partition;
    this.#onAppended = onAppended;
  }

  /** Resolves with the last value's offset. Rejects with LOG_UNAVAILABLE, STORE_FULL, LOG_MISSING or ACCESS_DENIED. */
  append(values: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ values, done: 0, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      queueMicrotask(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const { values, appends } = this.#nextCall();
      try {
        const last = await this.#call(values);
        this.#settle(appends, last - values.length);
        this.#onAppended();
      } catch (error) {
        for (const { append } of appends) append.reject(error);
        const failed = new Set(appends.map(({ append }) => append));
        this.#waiting = this.#waiting.filter((append) => !failed.has(append));
      }
    }
    this.#busy = false;
  }

  #nextCall(): { values: string[]; appends: { append: Append; count: number }[] } {
    const values: string[] = [];
    const appends: { append: Append; count: number }[] = [];
    let characters = 0;
    for (const append of this.#waiting) {
      const before = values.length;
      for (let i = append.done; i < append.values.length; i += 1) {
        if (values.length === VALUES_PER_CALL || characters > CHARACTERS_PER_CALL) break;
        const value = append.values[i]!;
        values.push(value);
        characters += value.length;
      }
      const count = values.length - before;
      appends.push({ append, count });
      if (append.done + count < append.values.length) break;
    }
    return { values, appends };
  }

  async #call(values: readonly string[]): Promise<number> {
    const what = `appending to partition ${this.#partition}`;
    const args = [this.#channel, String(this.#partition), ...values];
    const id = await this.#connection.run(what, APPEND, [this.#key], args);
    if (typeof id === 'string') return offsetOf(id);
    throw new TidegateError('LOG_MISSING', `${what}: there is no stream "${this.#key}"`);
  }

  /** `before` is the offset before the call's first value. */
  #settle(appends: readonly { append: Append; count: number }[], before: number): void {
    let last = before;
    for (const { append, count } of appends) {
      last += count;
      append.done += count;
      if (append.done < append.values.length) continue;
      append.resolve(last);
    }
    this.#waiting = this.#waiting.filter((append) => append.done < append.values.length);
  }
}
