import type { EventLog } from '../../src/logs/index.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { until } from '../servers/waiting.ts';

/** Appends without end, again where the log was away, and remembers what was acknowledged. */
export class AcknowledgedAppends {
  readonly acknowledged: string[] = [];
  failures = 0;
  #stopping = false;
  readonly #done: Promise<void>;

  constructor(log: EventLog, partition: number, batch = 20) {
    this.#done = this.#run(log, partition, batch);
    this.#done.catch(() => undefined); // `stop` tells
  }

  async #run(log: EventLog, partition: number, batch: number): Promise<void> {
    for (let number = 0; !this.#stopping; number += 1) {
      const values = Array.from({ length: batch }, (_, i) => `"${partition}.${number}.${i}"`);
      try {
        await log.append(partition, values);
        this.acknowledged.push(...values);
      } catch (error) {
        if (!(error instanceof TidegateError && error.code === 'LOG_UNAVAILABLE')) throw error;
        this.failures += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /** Those among the acknowledged that are not among `kept`. */
  lostFrom(kept: readonly { readonly value: string }[]): string[] {
    const found = new Set(kept.map(({ value }) => value));
    return this.acknowledged.filter((value) => !found.has(value));
  }

  /** Resolves when so many more were acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    await until(() => this.acknowledged.length >= goal, { what: `${count} more acknowledged appends` });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }
}
