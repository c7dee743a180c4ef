import type { RedisConnection } from './redis-connection.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const PUT = loadScript('put-record');
const DELETE = loadScript('delete-record');

/** Small records with an expiry by the client's clock; a record is gone at that time, whenever it is taken away. */
export class Records {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #now: () => number;

  constructor(redis: RedisConnection, keys: StoreKeys, now: () => number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#now = now;
  }

  /** Answers the value that stands afterwards. */
  async write(
    mode: 'put' | 'add',
    collection: string,
    id: string,
    value: string,
    expiresAt: number | undefined,
  ): Promise<string> {
    const keys = [this.#keys.records(collection), this.#keys.expiries, this.#keys.absent];
    const args = [this.#keys.global, collection, id, value, expiresAt ?? '-', this.#now(), mode];
    return (await this.#redis.run(PUT, keys, args)) as string;
  }

  async get(collection: string, id: string): Promise<string | undefined> {
    const stored = (await this.#redis.send('hget', [this.#keys.records(collection), id])) as string | null;
    return stored === null ? undefined : this.#live(stored);
  }

  async list(collection: string): Promise<{ id: string; value: string }[]> {
    const flat = (await this.#redis.send('hgetall', [this.#keys.records(collection)])) as Record<
      string,
      string
    >;
    return Object.entries(flat)
      .flatMap(([id, stored]) => {
        const value = this.#live(stored);
        return value === undefined ? [] : [{ id, value }];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async delete(collection: string, id: string): Promise<boolean> {
    const keys = [this.#keys.records(collection), this.#keys.expiries];
    return (await this.#redis.run(DELETE, keys, [collection, id, this.#now()])) === 1;
  }

  #live(stored: string): string | undefined {
    const space = stored.indexOf(' ');
    const expires = stored.slice(0, space);
    return expires === '-' || Number(expires) > this.#now() ? stored.slice(space + 1) : undefined;
  }
}
