import type { Assigner, AssignmentHandler } from '../logs/index.ts';
import { shareOut } from '../logs/index.ts';
import type { LeaseAnswer, SharedStore } from '../stores/index.ts';
import type { Clock } from './clock.ts';

export interface LeaseOptions {
  readonly shared: SharedStore;
  readonly partitions: number;
  /** Unique among all workers. */
  readonly worker: string;
  readonly clock: Clock;
  /** A dead worker's partitions are others' within so many milliseconds; default 10 000. */
  readonly leaseMs?: number;
}

const DEFAULT_LEASE_MS = 10_000;
/** What a lease lasts, as a part of `leaseMs`: the rest is for noticing that it has run out. */
const LASTING = 0.8;
const RENEWALS_PER_LEASE = 10;
/** Between two tries for partitions that another still holds. */
const CLAIM_MS = 200;
/** Tells the others that members or leases have changed, so that they need not find out by themselves. */
const CHANNEL = 'leases';

/**
 * Ownership by leases in the store: workers renew their membership and leases, agree on who should have what by rendezvous
 * hashing over the members, hand over what is another's, and claim what is theirs once it is free.
 */
export class LeaseAssigner implements Assigner {
  readonly #options: LeaseOptions;
  readonly #ttlMs: number;
  readonly #renewMs: number;
  #handler: AssignmentHandler | undefined;
  readonly #held = new Set<number>();
  readonly #handingOver = new Set<number>();
  #release: number[] = [];
  #members: readonly string[] = [];
  #trouble: string | undefined;
  #cancelTick: (() => void) | undefined;
  #ticking: Promise<void> | undefined;
  #again = false;
  #left = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    this.#ttlMs = Math.round(leaseMs * LASTING);
    this.#renewMs = Math.max(50, Math.round(leaseMs / RENEWALS_PER_LEASE));
  }

  get troubles(): readonly string[] {
    return this.#trouble === undefined ? [] : [this.#trouble];
  }

  async join(handler: AssignmentHandler): Promise<void> {
    this.#handler = handler;
    this.#unsubscribe = await this.#options.shared.notices.subscribe(CHANNEL, (from) => {
      if (from !== this.#options.worker) this.#soon();
    });
    await this.#tick();
    if (this.#trouble !== undefined) return;
    this.#tell();
  }

  async confirm(partition: number): Promise<boolean> {
    if (this.#left) return false;
    // One that is under way may have been answered before the call.
    await this.#ticking;
    await this.#tick();
    return this.#trouble === undefined && this.#held.has(partition);
  }

  async leave(): Promise<void> {
    this.#left = true;
    this.#cancelTick?.();
    this.#unsubscribe?.();
    await this.#ticking;
    this.#held.clear();
    try {
      await this.#options.shared.leave(this.#options.worker);
      this.#tell();
    } catch {
      // They run out by themselves.
    }
  }

  #tell(): void {
    this.#options.shared.notices.publish(CHANNEL, this.#options.worker);
  }

  /** One exchange with the store at a time; whoever asks meanwhile waits for that one. */
  #tick(): Promise<void> {
    this.#ticking ??= this.#exchange().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  async #exchange(): Promise<void> {
    this.#cancelTick?.();
    const { shared, worker } = this.#options;
    const release = this.#release;
    this.#release = [];
    const hold = [...this.#held, ...this.#handingOver];
    let waitMs = this.#renewMs;
    try {
      const answer = await shared.lease({ worker, ttlMs: this.#ttlMs, hold, claim: this.#wanted(), release });
      this.#trouble = undefined;
      const changed = answer.members.join() !== this.#members.join();
      this.#members = answer.members;
      if (this.#left) return;
      this.#compare(answer);
      if (release.length > 0) this.#tell();
      if (changed) this.#again = true;
      if (answer.taken.length > 0) waitMs = Math.min(waitMs, CLAIM_MS);
    } catch (error) {
      this.#release.push(...release);
      this.#trouble = `leases: ${error instanceof Error ? error.message : String(error)}`;
      waitMs = Math.min(waitMs, CLAIM_MS);
    }
    if (this.#left) return;
    if (this.#again) waitMs = 0;
    this.#again = false;
    this.#cancelTick = this.#options.clock.after(waitMs, () => void this.#tick());
  }

  /** Partitions that should be this worker's and are not. */
  #wanted(): number[] {
    const wanted: number[] = [];
    for (const [partition, member] of shareOut(this.#members, this.#options.partitions)) {
      if (member === this.#options.worker && !this.#held.has(partition) && !this.#handingOver.has(partition))
        wanted.push(partition);
    }
    return wanted;
  }

  #compare({ held }: LeaseAnswer): void {
    for (const partition of [...this.#held]) {
      if (held.has(partition)) continue;
      this.#held.delete(partition);
      this.#handler!.lost(partition);
    }
    for (const [partition, epoch] of held) {
      if (this.#held.has(partition) || this.#handingOver.has(partition)) continue;
      this.#held.add(partition);
      this.#handler!.assigned(partition, epoch);
    }
    const shares = shareOut(this.#members, this.#options.partitions);
    for (const partition of [...this.#held]) {
      if (shares.get(partition) !== this.#options.worker) this.#handOver(partition);
    }
  }

  #handOver(partition: number): void {
    this.#held.delete(partition);
    this.#handingOver.add(partition);
    void this.#handler!.revoked(partition).then(() => {
      this.#handingOver.delete(partition);
      this.#release.push(partition);
      this.#soon();
    });
  }

  /** Asks the store as soon as it can be asked. */
  #soon(): void {
    if (this.#left) return;
    if (this.#ticking !== undefined) this.#again = true;
    else void this.#tick();
  }
}
