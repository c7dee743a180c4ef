import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/workers/clock.ts';

interface Entry {
  readonly at: number;
  readonly sequence: number;
  callback: (() => void) | undefined;
}

/** First moment of every simulation. */
export const BEGINNING = Date.parse('2026-01-01T00:00:00Z');

/**
 * Virtual time. It moves only when nothing else can run: all microtasks are drained before the next callback, so
 * that the order of everything follows from the times and the order of asking.
 */
export class Timeline implements Clock {
  readonly #heap: Entry[] = [];
  #now = BEGINNING;
  #sequence = 0;
  /** Callbacks run so far. */
  turns = 0;

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const at = this.#now + Math.max(0, Math.ceil(ms));
    const entry: Entry = { at, sequence: this.#sequence++, callback };
    this.#push(entry);
    return () => {
      entry.callback = undefined;
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** The time of the next callback; undefined when nothing is to come. */
  get nextAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Runs the next callback and all that follows from it at once. */
  async turn(): Promise<void> {
    this.#dropCancelled();
    const entry = this.#pop();
    if (entry === undefined) return;
    this.#now = entry.at;
    this.turns++;
    entry.callback?.();
    await setImmediate();
  }

  /** Lets everything that waits for no time run. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    heap.push(entry);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (before(heap[parent]!, heap[child]!)) break;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      child = parent;
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return first;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(heap[parent]!, heap[child]!)) return first;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      parent = child;
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
