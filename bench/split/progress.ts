import type { Redis } from 'ioredis';
import { type Installation, PARTITIONS } from './installation.ts';

/** What the store said at a time; positions and epochs by partition. */
export interface Sample {
  /** Milliseconds, monotonic. */
  readonly at: number;
  readonly positions: readonly number[];
  readonly epochs: readonly number[];
}

const POLL_MS = 2;

/** What the store has of an installation: only what a checkpoint has written counts as done. */
export class Progress {
  readonly #redis: Redis;
  readonly #keys: readonly string[];

  constructor({ servers, prefix }: Installation) {
    this.#redis = servers.redis;
    this.#keys = Array.from({ length: PARTITIONS }, (_, partition) => `{${prefix}:${partition}}:partition`);
  }

  async sample(): Promise<Sample> {
    const asked = this.#redis.pipeline();
    for (const key of this.#keys) asked.hmget(key, 'position', 'epoch');
    const answers = (await asked.exec()) ?? [];
    const rows = answers.map(([, row]) => (row as (string | null)[]).map((text) => Number(text ?? 0)));
    return {
      at: performance.now(),
      positions: rows.map(([position = 0]) => position),
      epochs: rows.map(([, epoch = 0]) => epoch),
    };
  }

  /** Samples until `done` says so; rejects after `limitMs`. */
  async watch(
    done: (sample: Sample) => boolean | Promise<boolean>,
    { what, limitMs, pollMs = POLL_MS }: { what: string; limitMs: number; pollMs?: number },
  ): Promise<Sample[]> {
    const samples: Sample[] = [];
    const end = performance.now() + limitMs;
    for (;;) {
      const sample = await this.sample();
      samples.push(sample);
      if (await done(sample)) return samples;
      if (sample.at > end) {
        const { positions, epochs } = sample;
        throw new Error(`${what}: not within ${limitMs} ms; positions ${positions}, epochs ${epochs}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}
