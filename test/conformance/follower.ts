import { setImmediate as turn } from 'node:timers/promises';
import type { EventLog, LogRecord, PartitionReader } from '../../src/logs/event-log.ts';

/** Takes from a reader whose records may come later than it is opened. */
export class Follower {
  reader!: PartitionReader;
  /** How many records each `take` gave. */
  readonly sizes: number[] = [];
  #ready = false;

  readonly onReady = () => {
    this.#ready = true;
  };

  /** Takes until there are `count` records, waiting only for `onReady`. */
  async gather(count: number, max = 10): Promise<LogRecord[]> {
    const all: LogRecord[] = [];
    while (all.length < count) {
      this.#ready = false;
      const some = this.reader.take(max);
      this.sizes.push(some.length);
      all.push(...some);
      if (some.length === 0) await eventually(() => this.#ready);
    }
    return all;
  }
}

export async function follow(log: EventLog, partition: number, from: number): Promise<Follower> {
  const follower = new Follower();
  follower.reader = await log.open(partition, from, follower.onReady);
  return follower;
}

export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}
