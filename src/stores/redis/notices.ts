import type { Redis } from 'ioredis';
import type { Notices } from '../state-store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { toStoreError } from './redis-errors.ts';
import type { StoreKeys } from './store-keys.ts';

interface Listener {
  readonly listener: (message: string) => void;
  readonly onGap: (() => void) | undefined;
}

/** Notices by Redis' pub/sub. Listening takes a connection of its own, made with the first listener. */
export class RedisNotices implements Notices {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscriber: Redis | undefined;
  #closed = false;

  constructor(redis: RedisConnection, keys: StoreKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  publish(channel: string, message: string): void {
    // One that gets lost costs speed alone.
    this.#redis.publish(this.#keys.channel(channel), message).catch(() => undefined);
  }

  /** Resolves once messages come; rejects with STORE_UNAVAILABLE where Redis does not answer in time. */
  async subscribe(
    channel: string,
    listener: (message: string) => void,
    onGap?: () => void,
  ): Promise<() => void> {
    const name = this.#keys.channel(channel);
    const entry: Listener = { listener, onGap };
    const listeners = this.#listeners.get(name) ?? new Set();
    listeners.add(entry);
    this.#listeners.set(name, listeners);
    this.#subscriber ??= this.#connect();
    try {
      // Also where others listen: their subscription may still be on its way.
      await this.#subscriber.subscribe(name);
    } catch (error) {
      this.#remove(name, entry);
      throw toStoreError(error);
    }
    return () => this.#remove(name, entry);
  }

  close(): void {
    this.#closed = true;
    this.#subscriber?.disconnect();
  }

  #remove(name: string, entry: Listener): void {
    const listeners = this.#listeners.get(name);
    if (!listeners?.delete(entry) || listeners.size > 0) return;
    this.#listeners.delete(name);
    // Where it fails the connection is gone, and the subscription with it.
    this.#subscriber?.unsubscribe(name).catch(() => undefined);
  }

  #connect(): Redis {
    const subscriber = this.#redis.openSubscriber();
    let lost = this.#subscriber !== undefined;
    subscriber.on('error', () => undefined); // it connects again by itself
    subscriber.on('close', () => {
      lost = true;
    });
    subscriber.on('ready', () => {
      const names = [...this.#listeners.keys()];
      if (!lost || names.length === 0) return;
      lost = false;
      subscriber.subscribe(...names).then(
        () => this.#tellGap(),
        () => undefined, // closed again; the next "ready" tells
      );
    });
    subscriber.on('end', () => {
      if (!this.#closed) this.#subscriber = this.#connect();
    });
    subscriber.on('message', (name: string, message: string) => {
      for (const { listener } of this.#listeners.get(name) ?? []) listener(message);
    });
    subscriber.connect().catch(() => undefined);
    return subscriber;
  }

  #tellGap(): void {
    for (const listeners of this.#listeners.values()) for (const { onGap } of listeners) onGap?.();
  }
}
