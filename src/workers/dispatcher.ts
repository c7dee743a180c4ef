import { EffectError, type Invoker } from '../actions/index.ts';
import { elapsed } from '../logs/index.ts';
import { type Completion, DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS, type Effect } from '../model/effect.ts';
import { Call, failed, failureOf } from './call.ts';
import type { Clock } from './clock.ts';
import { EffectMetrics } from './effect-metrics.ts';
import { TimerQueue } from './timer-queue.ts';

/** Who waits for an effect's end, and the partition whose it is. */
interface Asker {
  complete: (completion: Completion) => void;
  readonly partition: number;
}

/** The calls to one target: at most so many at once, and so many started per second. */
interface Target {
  /** Calls at once where the effect sets none. */
  readonly concurrency: number;
  running: number;
  readonly waiting: Effect[];
  /** Index of the first waiting effect; those before it are gone. */
  head: number;
  /** Earliest time the rate limit lets the next call start. */
  nextStartAt: number;
  wakeUp: (() => void) | undefined;
}

/**
 * Performs effects off the partition loop, once their checkpoint is acknowledged, and hands back what became of each.
 * A target that is slow holds up only its own effects.
 */
export class Dispatcher {
  readonly metrics = new EffectMetrics();
  readonly #invokers: ReadonlyMap<string, Invoker>;
  readonly #clock: Clock;
  readonly #targets = new Map<string, Target>();
  readonly #running = new Map<string, Call>();
  readonly #deadlines = new TimerQueue();
  #stopDeadline: (() => void) | undefined;
  #deadlineAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(invokers: ReadonlyMap<string, Invoker>, clock: Clock) {
    this.#invokers = invokers;
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#running.size;
  }
  /** Targets with calls under way, waiting, or held back by a rate limit. */
  get targets(): number {
    return this.#targets.size;
  }
  get waiting(): number {
    let waiting = 0;
    for (const target of this.#targets.values()) waiting += target.waiting.length - target.head;
    return waiting;
  }

  /**
   * `complete` is called exactly once, unless the effect is cancelled, its partition held or released, or the dispatcher
   * stopped first.
   */
  perform(effect: Effect, complete: (completion: Completion) => void, partition = 0): void {
    if (this.#stopped) return;
    const asker = this.#askers.get(effect.id);
    if (asker !== undefined) {
      // It is under way already, from before its partition was loaded anew.
      asker.complete = complete;
      return;
    }
    if (this.#held.has(partition)) return;
    const invoker = this.#invokers.get(effect.kind);
    if (invoker === undefined) {
      const message = `no invoker for actions of type "${effect.kind}" is installed in this worker`;
      complete(failed(effect, { code: 'ACTION_FAILED', message, retryable: false }));
      return;
    }
    let name: string;
    try {
      name = `${effect.kind} ${invoker.targetOf(effect)}`;
    } catch (error) {
      complete(failed(effect, failureOf(error)));
      return;
    }
    let target = this.#targets.get(name);
    if (target === undefined) {
      target = {
        concurrency: invoker.concurrency ?? DEFAULT_CONCURRENCY,
        running: 0,
        waiting: [],
        head: 0,
        nextStartAt: 0,
        wakeUp: undefined,
      };
      this.#targets.set(name, target);
    }
    this.#askers.set(effect.id, { complete, partition });
    target.waiting.push(effect);
    this.#advance(name, target);
  }
  readonly #askers = new Map<string, Asker>();
  readonly #held = new Set<number>();

  /** Starts no more effects of a partition that is about to go; they stay pending in the store, for its next owner. */
  hold(partition: number): void {
    this.#held.add(partition);
    for (const [id, asker] of this.#askers) {
      if (asker.partition === partition && !this.#running.has(id)) this.#askers.delete(id);
    }
  }
  /** Calls of this partition under way. */
  running(partition: number): number {
    let running = 0;
    for (const asker of this.#askers.values()) if (asker.partition === partition) running++;
    return running;
  }
  /** The partition is another's now: its calls under way are aborted, nobody waits for them. */
  release(partition: number): void {
    this.#held.delete(partition);
    for (const [id, asker] of this.#askers) if (asker.partition === partition) this.cancel(id);
  }

  /** Nobody waits for the effect any more: drops it, or aborts the call. */
  cancel(id: string): void {
    this.#askers.delete(id);
    this.#running.get(id)?.abort(new Error('cancelled'));
  }

  /** No further call starts; those under way are aborted. Their effects stay pending in the store. */
  stop(): void {
    this.#stopped = true;
    this.#askers.clear();
    for (const call of this.#running.values()) call.abort(new Error('the worker stops'));
    for (const target of this.#targets.values()) target.wakeUp?.();
    this.#stopDeadline?.();
  }

  #advance(name: string, target: Target): void {
    while (!this.#stopped && target.head < target.waiting.length) {
      const effect = target.waiting[target.head]!;
      if (!this.#askers.has(effect.id)) {
        this.#shift(target);
        continue;
      }
      if (target.running >= (effect.policy.concurrency ?? target.concurrency)) return;
      const { ratePerSecond } = effect.policy;
      if (ratePerSecond !== undefined) {
        const now = elapsed(this.#clock);
        if (now < target.nextStartAt) {
          this.#advanceLater(name, target);
          return;
        }
        target.nextStartAt = Math.max(now, target.nextStartAt) + 1000 / ratePerSecond;
      }
      this.#shift(target);
      this.#start(name, target, effect);
    }
    if (target.running > 0 || target.head < target.waiting.length) return;
    if (target.nextStartAt <= elapsed(this.#clock)) this.#targets.delete(name);
    else this.#advanceLater(name, target);
  }

  /** Once the rate limit lets the next call start, or the idle target be forgotten. */
  #advanceLater(name: string, target: Target): void {
    if (this.#stopped) return;
    target.wakeUp ??= this.#clock.after(target.nextStartAt - elapsed(this.#clock), () => {
      target.wakeUp = undefined;
      this.#advance(name, target);
    });
  }

  #shift(target: Target): void {
    target.head++;
    if (target.head < 1024 || target.head * 2 < target.waiting.length) return;
    target.waiting.splice(0, target.head);
    target.head = 0;
  }

  #start(name: string, target: Target, effect: Effect): void {
    target.running++;
    const startedAt = elapsed(this.#clock);
    this.metrics.started(effect);
    const call = new Call(effect, (completion) => {
      target.running--;
      this.#running.delete(effect.id);
      this.#deadlines.cancel(effect.id);
      const asker = this.#askers.get(effect.id);
      this.#askers.delete(effect.id);
      const outcome = asker === undefined ? 'cancelled' : completion.outcome;
      this.metrics.ended(effect.kind, outcome, elapsed(this.#clock) - startedAt);
      asker?.complete(completion);
      this.#advance(name, target);
    });
    this.#running.set(effect.id, call);
    this.#watch(effect);
    call.make(this.#invokers.get(effect.kind)!);
  }

  #watch(effect: Effect): void {
    const invoker = this.#invokers.get(effect.kind);
    if (invoker?.patient) return;
    const at = elapsed(this.#clock) + timeoutOf(effect, invoker);
    this.#deadlines.set(effect.id, at);
    if (at < this.#deadlineAt) this.#armDeadline(at);
  }

  #armDeadline(at: number): void {
    this.#stopDeadline?.();
    this.#deadlineAt = at;
    this.#stopDeadline = this.#clock.after(at - elapsed(this.#clock), () => {
      this.#deadlineAt = Number.POSITIVE_INFINITY;
      const now = elapsed(this.#clock);
      for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now)) {
        const call = this.#running.get(due.key);
        if (call === undefined) continue;
        const message = `the call took longer than ${timeoutOf(call.effect, this.#invokers.get(call.effect.kind))} ms`;
        call.abort(new EffectError({ code: 'EFFECT_TIMEOUT', message, retryable: true }));
      }
      const next = this.#deadlines.nextAt;
      if (next !== undefined && !this.#stopped) this.#armDeadline(next);
    });
  }
}

/** For an asynchronous effect the time of the hand-over; how long it may take then is a timer of its run. */
function timeoutOf({ async, policy }: Effect, invoker: Invoker | undefined): number {
  return (async ? invoker?.handOverMs : policy.timeoutMs) ?? DEFAULT_TIMEOUT_MS;
}
