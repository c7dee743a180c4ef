import { TidegateError } from '../../model/errors.ts';
import type { Assigner, AssignmentHandler } from '../assigner.ts';
import { elapsed, type LogClock, waited } from '../log-clock.ts';
import type { GroupRequests, Membership } from './group-requests.ts';
import { backoffMs } from './leaders.ts';
import { hasType, type Identity, logError } from './protocol-errors.ts';

/** The group's generations count one by one; between two of them the worker counts its own reloads. */
const EPOCHS_PER_GENERATION = 2 ** 20;
/**
 * After a change of the group another often follows, and does while partitions move: what an owner has let go of is given
 * away. Heartbeats are so many times as frequent then; and so many are where none moves.
 */
const QUICK_BEATS = 10;
/** Milliseconds that what is let go of first waits for the rest, so that the group changes once for all of them. */
const GATHER_MS = 20;
const COMMIT_MS = 300;
/** Milliseconds that leaving may take: whoever does not leave is missed after the session's time. */
const LEAVE_MS = 3_000;

export interface AssignerOptions {
  readonly sessionMs: number;
  readonly heartbeatMs: number;
}

/**
 * Kafka's consumer group as the one that says who owns what. A change of the group takes two steps: a partition that
 * moves is let go of by its owner first, and given away when he has joined again; all others are worked on meanwhile.
 */
export class KafkaAssigner implements Assigner {
  readonly #requests: GroupRequests;
  readonly #clock: LogClock;
  readonly #identity: Identity;
  readonly #options: AssignerOptions;
  readonly #troubles = new Map<string, string>();
  readonly #owned = new Set<number>();
  readonly #leaving = new Set<number>();
  readonly #positions = new Map<number, number>();
  #handler: AssignmentHandler | undefined;
  #membership: Membership | undefined;
  #memberId = '';
  #joining: Promise<void> | undefined;
  #left = false;
  #cancelBeat: (() => void) | undefined;
  #beatNow: (() => void) | undefined;
  #cancelGather: (() => void) | undefined;
  #rejoin = false;
  #quickBeats = 0;
  #heardAt = 0;
  #committing = false;

  constructor(requests: GroupRequests, clock: LogClock, identity: Identity, options: AssignerOptions) {
    this.#requests = requests;
    this.#clock = clock;
    this.#identity = identity;
    this.#options = options;
  }

  get troubles(): readonly string[] {
    return [...this.#troubles.values()];
  }

  /** Resolves after the first try; where that failed and another may not, tries go on and `troubles` says why. */
  async join(handler: AssignmentHandler): Promise<void> {
    this.#handler = handler;
    this.#heardAt = elapsed(this.#clock);
    await this.#joinOnce();
    void this.#stay();
    this.#watch();
  }

  async confirm(partition: number): Promise<boolean> {
    await this.#joining;
    const membership = this.#membership;
    if (membership === undefined || !this.#has(partition)) return false;
    try {
      await this.#requests.heartbeat(membership);
    } catch (error) {
      // The group is about to change: until this member has joined again, all stays as it is.
      if (!hasType(error, 'REBALANCE_IN_PROGRESS')) return false;
    }
    return this.#has(partition);
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#wake();
    this.#membership = undefined;
    this.#owned.clear();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(LEAVE_MS, resolve);
    });
    await Promise.race([this.#sayGoodbye(), late]);
    cancel();
  }

  async #sayGoodbye(): Promise<void> {
    await this.#joining;
    if (this.#memberId !== '') await this.#requests.leave(this.#memberId).catch(() => undefined);
  }

  /** For lag only: what does not get through is made good by the next. */
  commit(partition: number, position: number): void {
    if (!this.#owned.has(partition)) return;
    this.#positions.set(partition, position);
    if (this.#committing) return;
    this.#committing = true;
    this.#clock.after(COMMIT_MS, () => void this.#commit());
  }

  async #commit(): Promise<void> {
    await this.#joining;
    const positions = new Map([...this.#positions].filter(([partition]) => this.#owned.has(partition)));
    this.#positions.clear();
    this.#committing = false;
    if (this.#membership === undefined || this.#left || positions.size === 0) return;
    try {
      await this.#requests.commit(this.#membership, positions);
    } catch {
      for (const [partition, position] of positions) {
        if (!this.#positions.has(partition)) this.#positions.set(partition, position);
      }
    }
  }

  #has(partition: number): boolean {
    return this.#owned.has(partition) && !this.#leaving.has(partition) && !this.#left;
  }

  /** Heartbeats, and joins again whenever the group changes, for ever. */
  async #stay(): Promise<void> {
    for (let failures = 0; !this.#left; ) {
      try {
        if (this.#membership === undefined || this.#rejoin) {
          await this.#joinOnce();
        } else {
          await this.#pause();
          if (this.#left || this.#rejoin || this.#membership === undefined) continue;
          await this.#requests.heartbeat(this.#membership);
          this.#heard();
        }
        failures = this.#troubles.size > 0 ? failures + 1 : 0;
      } catch (error) {
        this.#troubled(error);
        failures += 1;
      }
      if (this.#troubles.size > 0 && !this.#left) await waited(this.#clock, backoffMs(failures + 1));
    }
  }

  /** Rejects only where trying again is of no use. */
  async #joinOnce(): Promise<void> {
    if (this.#left) return;
    this.#rejoin = false;
    this.#cancelGather?.();
    this.#cancelGather = undefined;
    let done: () => void = () => undefined;
    this.#joining = new Promise((resolve) => {
      done = resolve;
    });
    try {
      const generation = this.#membership?.generation ?? -1;
      const joined = await this.#requests.join(this.#memberId, { owned: [...this.#owned], generation });
      this.#memberId = joined.memberId;
      if (this.#left) return;
      const membership = await this.#requests.share(joined);
      if (this.#left) return;
      this.#membership = membership;
      this.#quickBeats = QUICK_BEATS;
      this.#heard();
      this.#apply(membership);
    } catch (error) {
      this.#rejoin = true;
      this.#troubled(error);
      if (hasType(error, 'INVALID_SESSION_TIMEOUT')) throw sessionRefused(this.#options.sessionMs, error);
      const coded = logError(error, 'joining the group', this.#identity);
      if (coded.code === 'ACCESS_DENIED' && this.#membership === undefined && this.#memberId === '')
        throw coded;
    } finally {
      this.#joining = undefined;
      done();
    }
  }

  #apply({ generation, partitions }: Membership): void {
    const handler = this.#handler!;
    for (const partition of this.#owned) {
      if (partitions.has(partition) || this.#leaving.has(partition)) continue;
      this.#leaving.add(partition);
      void handler.revoked(partition).then(
        () => this.#letGo(partition),
        () => this.#letGo(partition),
      );
    }
    for (const partition of partitions) {
      // One that is still being let go of comes back by the join that follows.
      if (this.#owned.has(partition)) continue;
      this.#owned.add(partition);
      handler.assigned(partition, generation * EPOCHS_PER_GENERATION);
    }
  }

  #letGo(partition: number): void {
    if (!this.#leaving.delete(partition)) return;
    this.#owned.delete(partition);
    if (this.#leaving.size === 0) this.#joinAgain();
    else this.#cancelGather ??= this.#clock.after(GATHER_MS, () => this.#joinAgain());
  }

  #joinAgain(): void {
    this.#rejoin = true;
    this.#wake();
  }

  #heard(): void {
    this.#heardAt = elapsed(this.#clock);
    this.#troubles.clear();
  }

  #troubled(error: unknown): void {
    if (hasType(error, 'REBALANCE_IN_PROGRESS')) {
      this.#heard();
      this.#rejoin = true;
      return;
    }
    const forgotten = hasType(error, 'UNKNOWN_MEMBER_ID') || hasType(error, 'FENCED_INSTANCE_ID');
    if (forgotten) this.#memberId = '';
    if (forgotten || hasType(error, 'ILLEGAL_GENERATION')) {
      // The group went on without this member: what it had may be another's.
      this.#loseAll();
      return;
    }
    const coded = logError(error, 'taking part in the consumer group', this.#identity);
    this.#troubles.set(coded.code, `${coded.code}: ${coded.message}`);
  }

  #loseAll(): void {
    this.#membership = undefined;
    const lost = [...this.#owned];
    this.#owned.clear();
    this.#leaving.clear();
    for (const partition of lost) this.#handler!.lost(partition);
  }

  /** Unheard for as long as a session lasts, this member is taken for dead. */
  #watch(): void {
    if (this.#left) return;
    this.#clock.after(this.#options.heartbeatMs, () => {
      const silent = elapsed(this.#clock) - this.#heardAt;
      const waiting = this.#joining !== undefined && this.#troubles.size === 0;
      if (silent > this.#options.sessionMs && !waiting && this.#owned.size > 0) {
        this.#loseAll();
        this.#troubles.set(
          'session',
          'LOG_UNAVAILABLE: the group coordinator has not answered for a session',
        );
      }
      this.#watch();
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const { heartbeatMs } = this.#options;
      const quick = this.#quickBeats > 0 || (this.#membership?.moving ?? 0) > 0;
      const ms = quick ? heartbeatMs / QUICK_BEATS : heartbeatMs;
      this.#quickBeats -= 1;
      this.#cancelBeat = this.#clock.after(ms, resolve);
      this.#beatNow = resolve;
    });
  }
  #wake(): void {
    this.#cancelBeat?.();
    this.#beatNow?.();
  }
}

function sessionRefused(sessionMs: number, cause: unknown): TidegateError {
  return new TidegateError(
    'INVALID_CONFIGURATION',
    `the brokers do not take a session of ${sessionMs} ms: see their group.min.session.timeout.ms and group.max.session.timeout.ms`,
    { cause },
  );
}
