import type { EventLog } from '../../src/logs/index.ts';
import { PARTITIONS } from './installation.ts';
import { joinLoad } from './joins-row.ts';
import type { Sample } from './progress.ts';

const EVERY_MS = 10;
const EVENTS_EACH = 10;

interface Acknowledged {
  readonly offset: number;
  /** Milliseconds, monotonic. */
  readonly at: number;
}

/** A load that does not end: 1,000 events a second into each partition, as long as the log takes them so fast. */
export class Trickle {
  readonly #log: EventLog;
  readonly #acknowledged: Acknowledged[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #loops: Promise<void>[];
  #stopped = false;

  constructor(log: EventLog) {
    this.#log = log;
    this.#loops = Array.from({ length: PARTITIONS }, (_, partition) => this.#feed(partition));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #feed(partition: number): Promise<void> {
    const events = joinLoad(partition);
    let at = 0;
    let due = performance.now();
    while (!this.#stopped) {
      const texts = Array.from({ length: EVENTS_EACH }, () => {
        at += 1;
        return JSON.stringify({ ...events[at % events.length]!, id: `${partition}-${at}` });
      });
      const offset = await this.#log.append(partition, texts);
      this.#acknowledged[partition]!.push({ offset, at: performance.now() });
      due += EVERY_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  }

  /**
   * The longest time, in milliseconds, in which a partition stood still though the log had an event for it; of those that
   * had begun to stand still by the last sample too.
   */
  longestStandstill(samples: readonly Sample[], partition: number): number {
    const acknowledged = this.#acknowledged[partition]!;
    let longest = 0;
    let next = 0;
    let before = samples[0]!;
    for (const sample of samples) {
      const position = before.positions[partition]!;
      const moved = sample.positions[partition] !== position;
      if (!moved && sample !== samples.at(-1)) continue;
      while (next < acknowledged.length && acknowledged[next]!.offset < position) next += 1;
      const waitedFrom = acknowledged[next]?.at ?? Number.POSITIVE_INFINITY;
      longest = Math.max(longest, sample.at - Math.max(before.at, waitedFrom));
      before = sample;
    }
    return longest;
  }
}
