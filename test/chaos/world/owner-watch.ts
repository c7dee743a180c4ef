import { Redis } from 'ioredis';
import { PARTITIONS } from '../options.ts';
import { pause } from './pause.ts';

/** What stood in the store about a partition at one moment. */
export interface OwnerSample {
  readonly partition: number;
  readonly life: number;
  readonly epoch: number;
  readonly token: string;
  readonly position: number;
  readonly checkpoint: number;
}

const EVERY_MS = 50;

/** Reads again and again who owns the partitions and how far they are, past the product and past all faults' proxies. */
export class OwnerWatch {
  readonly samples: OwnerSample[] = [];
  readonly #redis: Redis;
  readonly #life: () => number;
  readonly #over = new AbortController();
  readonly #ended: Promise<void>;
  readonly #last: string[] = [];

  constructor(port: number, life: () => number) {
    this.#life = life;
    this.#redis = new Redis({
      host: '127.0.0.1',
      port,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 1_000,
      retryStrategy: () => 50,
    });
    this.#redis.on('error', () => {}); // it is killed now and then
    this.#ended = this.#watch();
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#ended;
    this.#redis.disconnect();
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#sample().catch(() => undefined);
      await pause(EVERY_MS, this.#over.signal);
    }
  }

  async #sample(): Promise<void> {
    const life = this.#life();
    const pipeline = this.#redis.pipeline();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      pipeline.hmget(`{tidegate:${partition}}:partition`, 'epoch', 'token', 'position', 'checkpoint');
    }
    const answers = await pipeline.exec();
    if (life !== this.#life()) return;
    for (const [partition, [error, fields]] of (answers ?? []).entries()) {
      if (error !== null) continue;
      const [epoch, token, position, checkpoint] = fields as (string | null)[];
      const text = `${life} ${epoch} ${token} ${position} ${checkpoint}`;
      if (this.#last[partition] === text) continue;
      this.#last[partition] = text;
      this.samples.push({
        partition,
        life,
        epoch: Number(epoch),
        token: token ?? '',
        position: Number(position),
        checkpoint: Number(checkpoint),
      });
    }
  }
}
