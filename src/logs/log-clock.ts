/** What an adapter needs of the clock; the workers' `Clock` is one. */
export interface LogClock {
  /** milliseconds of the epoch */
  now(): number;
  /** Milliseconds since some moment, whatever becomes of the time of day. Absent: `now` never jumps. */
  elapsed?(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** For durations: a clock that is set anew must not end calls, sessions or waits. */
export function elapsed(clock: LogClock): number {
  return clock.elapsed?.() ?? clock.now();
}

/** What an adapter needs of the log it writes for people; the workers' `Logger` is one. */
export interface LogLogger {
  warn(details: object, message: string): void;
}

export function waited(clock: LogClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
