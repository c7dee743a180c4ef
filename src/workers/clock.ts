/** The clock port: production code reads time and waits only through it, so the simulator can move it. */
export interface Clock {
  /** milliseconds of the epoch */
  now(): number;
  /** Milliseconds since some moment, whatever becomes of the time of day. Absent: `now` never jumps. */
  elapsed?(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), 0x7fffffff));
    return () => clearTimeout(timer);
  },
};

/** The randomness port: tokens that no one can guess or repeat. */
export interface Randomness {
  token(): string;
}
