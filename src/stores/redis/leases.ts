import type { LeaseAnswer, LeaseRequest, SharedStore } from '../state-store.ts';
import type { RedisNotices } from './notices.ts';
import type { RedisConnection } from './redis-connection.ts';
import { inPairs } from './reply.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const LEASE = loadScript('lease');
const LEAVE = loadScript('leave');

/** Membership, leases and notices among the processes that share the store. */
export class RedisLeases implements SharedStore {
  readonly notices: RedisNotices;
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;

  constructor(redis: RedisConnection, keys: StoreKeys, notices: RedisNotices) {
    this.#redis = redis;
    this.#keys = keys;
    this.notices = notices;
  }

  async lease({ worker, ttlMs, release, hold, claim }: LeaseRequest): Promise<LeaseAnswer> {
    const { members, leases, lastEpochs } = this.#keys;
    const args = [worker, ttlMs, ...[release, hold, claim].flatMap((list) => [list.length, ...list])];
    const answer = await this.#redis.run(LEASE, [members, leases, lastEpochs], args);
    const [workers, held, taken] = answer as [string[], string[], string[]];
    return {
      members: workers.toSorted(),
      held: new Map(inPairs(held).map(([partition, epoch]) => [Number(partition), Number(epoch)])),
      taken: taken.map(Number),
    };
  }

  async leave(worker: string): Promise<void> {
    await this.#redis.run(LEAVE, [this.#keys.members, this.#keys.leases], [worker]);
  }
}
