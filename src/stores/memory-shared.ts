import type { LeaseAnswer, LeaseRequest, Notices, SharedStore } from './state-store.ts';

interface Lease {
  worker: string;
  epoch: number;
  until: number;
}
interface Subscriber {
  readonly channel: string;
  readonly listener: (message: string) => void;
}

/** Leases and notices in memory: for tests of several workers in one process. */
export class MemoryShared implements SharedStore {
  readonly #now: () => number;
  readonly #members = new Map<string, number>();
  readonly #leases = new Map<number, Lease>();
  readonly #subscribers = new Set<Subscriber>();
  #epoch = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async lease({ worker, ttlMs, hold, claim, release }: LeaseRequest): Promise<LeaseAnswer> {
    const now = this.#now();
    const until = now + ttlMs;
    for (const partition of release) {
      if (this.#leases.get(partition)?.worker === worker) this.#leases.delete(partition);
    }
    for (const [member, ends] of this.#members) if (ends <= now) this.#members.delete(member);
    this.#members.set(worker, until);
    const held = new Map<number, number>();
    const taken: number[] = [];
    for (const partition of hold) {
      const lease = this.#leases.get(partition);
      if (lease?.worker !== worker) continue;
      lease.until = until;
      held.set(partition, lease.epoch);
    }
    for (const partition of claim) {
      const lease = this.#leases.get(partition);
      if (lease !== undefined && lease.worker !== worker && lease.until > now) taken.push(partition);
      else {
        this.#epoch += 1;
        this.#leases.set(partition, { worker, epoch: this.#epoch, until });
        held.set(partition, this.#epoch);
      }
    }
    return { members: [...this.#members.keys()].sort(), held, taken };
  }

  async leave(worker: string): Promise<void> {
    this.#members.delete(worker);
    for (const [partition, lease] of this.#leases) {
      if (lease.worker === worker) this.#leases.delete(partition);
    }
  }

  readonly notices: Notices = {
    publish: (channel, message) => {
      for (const subscriber of [...this.#subscribers]) {
        if (subscriber.channel === channel) queueMicrotask(() => subscriber.listener(message));
      }
    },
    subscribe: async (channel, listener) => {
      const subscriber = { channel, listener };
      this.#subscribers.add(subscriber);
      return () => void this.#subscribers.delete(subscriber);
    },
  };
}
