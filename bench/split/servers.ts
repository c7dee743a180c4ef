import { Redis } from 'ioredis';
import {
  type RedisServer,
  type RunningServer,
  startKafka,
  startNats,
  startRedis,
} from '../../test/servers/index.ts';
import { builtCommand } from './built-command.ts';

export const LOG_KINDS = ['kafka', 'nats', 'redis'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** The real servers of one report: a Redis for the store, and what carries the log. */
export interface Servers {
  readonly log: LogKind;
  readonly redisUrl: string;
  /** Where Kafka's or NATS's clients connect, `host:port`; that of Redis where it is the log too. */
  readonly address: string;
  /** The command line that workers and front ends are started with. */
  readonly command: string;
  readonly descriptions: readonly string[];
  /** The store's Redis, to look at positions and change settings. */
  readonly redis: Redis;
  stop(): Promise<void>;
}

/** Fresh ones, with the settings their makers gave them, except that Redis keeps an append-only file. */
export async function startServers(log: LogKind): Promise<Servers> {
  const redisServer: RedisServer = await startRedis({ appendfsync: 'everysec' });
  const running: RunningServer[] = [redisServer];
  const redis = new Redis(redisServer.url);
  const stop = async () => {
    redis.disconnect();
    await Promise.all(running.map((server) => server.stop()));
  };
  try {
    let address = `127.0.0.1:${redisServer.port}`;
    if (log === 'kafka') {
      const kafka = await startKafka();
      running.push(kafka);
      address = kafka.brokers[0]!;
    }
    if (log === 'nats') {
      const nats = await startNats();
      running.push(nats);
      address = nats.url.replace('nats://', '');
    }
    const descriptions = running.map(({ description }) => description);
    return {
      log,
      command: await builtCommand(),
      redisUrl: redisServer.url,
      address,
      descriptions,
      redis,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
