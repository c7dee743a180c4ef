import { readConfiguration } from '../../src/cli/configuration.ts';
import { type Ground, openGround } from '../../src/cli/ground.ts';
import { createLogger } from '../../src/cli/logger.ts';
import type { Servers } from './servers.ts';

export const PARTITIONS = 4;
let made = 0;

/**
 * One installation of Tidegate on the servers: a key prefix and a consumer group of its own, and a log that several
 * installations may read one after the other, each from the beginning.
 */
export class Installation {
  readonly servers: Servers;
  readonly prefix: string;
  readonly logName: string;
  readonly environment: Readonly<Record<string, string>>;

  constructor(servers: Servers, logName?: string) {
    made += 1;
    this.servers = servers;
    this.prefix = `bench-${made}`;
    this.logName = logName ?? this.prefix;
    this.environment = {
      TIDEGATE_LOG: servers.log,
      TIDEGATE_STORE: 'redis',
      TIDEGATE_PARTITIONS: String(PARTITIONS),
      TIDEGATE_REDIS_URL: servers.redisUrl,
      TIDEGATE_REDIS_PREFIX: this.prefix,
      TIDEGATE_KAFKA_BROKERS: servers.address,
      TIDEGATE_KAFKA_TOPIC: this.logName,
      TIDEGATE_KAFKA_GROUP: this.prefix,
      TIDEGATE_NATS_SERVERS: servers.address,
      TIDEGATE_NATS_STREAM: this.logName,
      TIDEGATE_NATS_SUBJECT: this.logName,
      TIDEGATE_PORT: '0',
      TIDEGATE_LOG_LEVEL: 'error',
    };
  }

  /** What a bare client reads: topic, stream, or the keys of streams. */
  get logForBare(): string {
    if (this.servers.log !== 'redis') return this.logName;
    return Array.from({ length: PARTITIONS }, (_, i) => `{${this.prefix}:${i}}:log`).join(',');
  }

  /** Log and store opened in this process, as the commands open them. */
  async use<T>(work: (ground: Ground) => Promise<T>): Promise<T> {
    const { values } = readConfiguration({ flags: {}, environment: this.environment, folder: '.' });
    const ground = await openGround(values, createLogger('error'));
    try {
      return await work(ground);
    } finally {
      await ground.close();
    }
  }

  /** Straight into the store: with nobody there to answer, the gateway would wait for a worker. */
  async putWorkflows(workflows: Readonly<Record<string, WorkflowText>>): Promise<void> {
    await this.use(async ({ store }) => {
      for (const [name, { format, definition }] of Object.entries(workflows))
        await store.putWorkflow({ name, format, definition, createdAt: new Date().toISOString() });
    });
  }

  /** Lets go of its keys in Redis. */
  async forget(): Promise<void> {
    const { redis } = this.servers;
    // The prefix ends in a number: that of another installation may begin with it.
    for (const match of [`{${this.prefix}}*`, `{${this.prefix}:*`, `${this.prefix}:*`]) {
      for await (const keys of redis.scanStream({ match, count: 1_000 })) {
        if ((keys as string[]).length > 0) await redis.unlink(...(keys as string[]));
      }
    }
  }
}

export interface WorkflowText {
  readonly format: string;
  readonly definition: unknown;
}
