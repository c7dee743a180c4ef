import type { Clock } from '../../src/workers/clock.ts';

interface Entry {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands until it is moved; callbacks run in the order of their times. */
export class VirtualClock implements Clock {
  #now = 0;
  #dayOffset = 0;
  readonly #entries = new Set<Entry>();

  now(): number {
    return this.#now + this.#dayOffset;
  }
  elapsed(): number {
    return this.#now;
  }
  /** Somebody sets the time of day. */
  setTimeOfDay(byMs: number): void {
    this.#dayOffset += byMs;
  }
  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), callback };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }
  get waiting(): number {
    return this.#entries.size;
  }

  /** Lets promises settle, moves to each due callback in turn, and at last to the time. */
  async to(time: number): Promise<void> {
    for (;;) {
      await settled();
      const [first] = [...this.#entries].filter(({ at }) => at <= time).toSorted((a, b) => a.at - b.at);
      if (first === undefined) break;
      this.#entries.delete(first);
      this.#now = first.at;
      first.callback();
    }
    this.#now = time;
    await settled();
  }
}

/** Everything that waits for no time has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
