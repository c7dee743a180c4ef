import { TidegateError } from '../../model/errors.ts';
import type { LogClock } from '../log-clock.ts';
import { elapsed } from '../log-clock.ts';
import type { LogConnection } from './connection.ts';

const EVERY_MS = 2_000;

/** What the stream held at some moment. */
export interface StreamState {
  /** Sequence of the oldest record that is there; `last` + 1 where there is none. */
  readonly first: number;
  /** Sequence of the newest record there ever was. */
  readonly last: number;
  /** When the answer came; milliseconds of the clock. */
  readonly at: number;
}

/** Knows roughly what the stream holds, for all readers of a process, and exactly when asked. */
export class StreamWatch {
  readonly #connection: LogConnection;
  readonly #stream: string;
  readonly #clock: LogClock;
  #state: StreamState | undefined;
  #created: string | undefined;
  #asking: Promise<StreamState> | undefined;
  #next: Promise<StreamState> | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(connection: LogConnection, stream: string, clock: LogClock) {
    this.#connection = connection;
    this.#stream = stream;
    this.#clock = clock;
    this.#again();
  }

  get state(): StreamState | undefined {
    return this.#state;
  }

  /** An answer that was given after the call. Rejects with LOG_MISSING, LOG_UNAVAILABLE or ACCESS_DENIED. */
  refresh(): Promise<StreamState> {
    if (this.#asking === undefined) {
      const asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
      this.#asking = asking;
      return asking;
    }
    this.#next ??= this.#asking
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.refresh();
      });
    return this.#next;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #ask(): Promise<StreamState> {
    const { created, state } = await this.#connection.call(
      `reading the stream "${this.#stream}"`,
      (jetstream) => jetstream.streams.info(this.#stream),
    );
    this.#created ??= created;
    if (created !== this.#created) {
      throw new TidegateError(
        'LOG_MISSING',
        `the stream "${this.#stream}" was deleted; one made ${created} stands in its place`,
      );
    }
    // An empty stream says first = last + 1 or, before its first record, 0.
    const first = state.messages === 0 ? state.last_seq + 1 : state.first_seq;
    this.#state = { first, last: state.last_seq, at: elapsed(this.#clock) };
    return this.#state;
  }

  #again(): void {
    this.#cancel = this.#clock.after(EVERY_MS, () => {
      // Whoever needs the answer asks and is told; this one only keeps it fresh.
      void this.refresh()
        .catch(() => undefined)
        .then(() => {
          if (!this.#closed) this.#again();
        });
    });
  }
}
