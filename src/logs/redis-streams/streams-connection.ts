import { parseRedisUrl, type RedisAddress } from '../../stores/redis/redis-address.ts';
import { type Argument, RedisConnection } from '../../stores/redis/redis-connection.ts';
import type { Script } from '../../stores/redis/scripts.ts';
import { asLogError } from './log-errors.ts';

export interface ConnectionSettings {
  readonly url: string;
  readonly ca?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A connection whose errors are those of a log. */
export class StreamsConnection {
  readonly redis: RedisConnection;
  readonly who: string;

  private constructor(redis: RedisConnection, who: string) {
    this.redis = redis;
    this.who = who;
  }

  /** Rejects with LOG_UNAVAILABLE, ACCESS_DENIED or INVALID_CONFIGURATION. */
  static async open(settings: ConnectionSettings): Promise<StreamsConnection> {
    const address = parseRedisUrl(settings.url);
    const who = userOf(address);
    try {
      return new StreamsConnection(await RedisConnection.open(address, settings), who);
    } catch (error) {
      throw asLogError(error, 'connecting to Redis', who);
    }
  }

  async send(what: string, command: string, args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.redis.send(command, args);
    } catch (error) {
      throw asLogError(error, what, this.who);
    }
  }

  async run(
    what: string,
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    try {
      return await this.redis.run(script, keys, args);
    } catch (error) {
      throw asLogError(error, what, this.who);
    }
  }

  close(): void {
    this.redis.close();
  }
}

function userOf({ username, password }: RedisAddress): string {
  if (username !== undefined) return `user "${username}"`;
  return password === undefined ? 'the default user without a password' : 'the default user';
}
