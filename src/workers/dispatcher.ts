import { ACCEPTED, EffectError, type Invoker } from '../actions/index.ts';
import {
  type Completion,
  DEFAULT_CONCURRENCY,
  DEFAULT_TIMEOUT_MS,
  type Effect,
  type EffectFailure,
} from '../model/effect.ts';
import type { Clock } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

/** The calls to one target: at most so many at once, and so many started per second. */
interface Target {
  running: number;
  readonly waiting: Effect[];
  /** Index of the first waiting effect; those before it are gone. */
  head: number;
  /** Earliest time the rate limit lets the next call start. */
  nextStartAt: number;
  wakeUp: (() => void) | undefined;
}

interface Running {
  readonly effect: Effect;
  readonly abort: AbortController;
}

/**
 * Performs effects off the partition loop, once their checkpoint is acknowledged, and hands back what became of each.
 * A target that is slow holds up only its own effects.
 */
export class Dispatcher {
  readonly #invokers: ReadonlyMap<string, Invoker>;
  readonly #clock: Clock;
  readonly #targets = new Map<string, Target>();
  readonly #running = new Map<string, Running>();
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
  get waiting(): number {
    let waiting = 0;
    for (const target of this.#targets.values()) waiting += target.waiting.length - target.head;
    return waiting;
  }

  /** `complete` is called exactly once, unless the effect is cancelled or the dispatcher stopped first. */
  perform(effect: Effect, complete: (completion: Completion) => void): void {
    if (this.#stopped) return;
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
      target = { running: 0, waiting: [], head: 0, nextStartAt: 0, wakeUp: undefined };
      this.#targets.set(name, target);
    }
    this.#completions.set(effect.id, complete);
    target.waiting.push(effect);
    this.#advance(name, target);
  }
  readonly #completions = new Map<string, (completion: Completion) => void>();

  /** Nobody waits for the effect any more: drops it, or aborts the call. */
  cancel(id: string): void {
    this.#completions.delete(id);
    this.#running.get(id)?.abort.abort(new Error('cancelled'));
  }

  /** No further call starts; those under way are aborted. Their effects stay pending in the store. */
  stop(): void {
    this.#stopped = true;
    this.#completions.clear();
    for (const { abort } of this.#running.values()) abort.abort(new Error('the worker stops'));
    for (const target of this.#targets.values()) target.wakeUp?.();
    this.#stopDeadline?.();
  }

  #advance(name: string, target: Target): void {
    while (!this.#stopped && target.head < target.waiting.length) {
      const effect = target.waiting[target.head]!;
      if (!this.#completions.has(effect.id)) {
        this.#shift(target);
        continue;
      }
      if (target.running >= (effect.policy.concurrency ?? DEFAULT_CONCURRENCY)) return;
      const { ratePerSecond } = effect.policy;
      if (ratePerSecond !== undefined) {
        const now = this.#clock.now();
        if (now < target.nextStartAt) {
          target.wakeUp ??= this.#clock.after(target.nextStartAt - now, () => {
            target.wakeUp = undefined;
            this.#advance(name, target);
          });
          return;
        }
        target.nextStartAt = Math.max(now, target.nextStartAt) + 1000 / ratePerSecond;
      }
      this.#shift(target);
      this.#start(name, target, effect);
    }
    if (
      target.running === 0 &&
      target.head >= target.waiting.length &&
      target.nextStartAt <= this.#clock.now()
    ) {
      this.#targets.delete(name);
    }
  }

  #shift(target: Target): void {
    target.head++;
    if (target.head < 1024 || target.head * 2 < target.waiting.length) return;
    target.waiting.splice(0, target.head);
    target.head = 0;
  }

  #start(name: string, target: Target, effect: Effect): void {
    target.running++;
    const abort = new AbortController();
    this.#running.set(effect.id, { effect, abort });
    this.#watch(effect);
    const settle = (completion: Completion) => {
      target.running--;
      this.#running.delete(effect.id);
      this.#deadlines.cancel(effect.id);
      const complete = this.#completions.get(effect.id);
      this.#completions.delete(effect.id);
      complete?.(completion);
      this.#advance(name, target);
    };
    let call: Promise<unknown>;
    try {
      call = this.#invokers.get(effect.kind)!.invoke(effect, abort.signal);
    } catch (error) {
      call = Promise.reject(error);
    }
    // A target that ignores the abort must not hold its place for ever.
    let settled = false;
    const once = (completion: Completion) => {
      if (settled) return;
      settled = true;
      settle(completion);
    };
    abort.signal.addEventListener('abort', () => once(failed(effect, failureOf(abort.signal.reason))), {
      once: true,
    });
    call.then(
      (result) =>
        once(
          result === ACCEPTED
            ? { effect: effect.id, outcome: 'accepted' }
            : { effect: effect.id, outcome: 'succeeded', result: result === undefined ? null : result },
        ),
      (error: unknown) => once(failed(effect, failureOf(error))),
    );
  }

  #watch(effect: Effect): void {
    const at =
      this.#clock.now() +
      (effect.async ? DEFAULT_TIMEOUT_MS : (effect.policy.timeoutMs ?? DEFAULT_TIMEOUT_MS));
    this.#deadlines.set(effect.id, at);
    if (at < this.#deadlineAt) this.#armDeadline(at);
  }

  #armDeadline(at: number): void {
    this.#stopDeadline?.();
    this.#deadlineAt = at;
    this.#stopDeadline = this.#clock.after(at - this.#clock.now(), () => {
      this.#deadlineAt = Number.POSITIVE_INFINITY;
      const now = this.#clock.now();
      for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now)) {
        const running = this.#running.get(due.key);
        const ms = running?.effect.policy.timeoutMs ?? DEFAULT_TIMEOUT_MS;
        const message = `the call took longer than ${ms} ms`;
        running?.abort.abort(new EffectError({ code: 'EFFECT_TIMEOUT', message, retryable: true }));
      }
      const next = this.#deadlines.nextAt;
      if (next !== undefined && !this.#stopped) this.#armDeadline(next);
    });
  }
}

function failed(effect: Effect, failure: EffectFailure): Completion {
  return { effect: effect.id, outcome: 'failed', failure };
}

/** What a thrown value says about the attempt: an EffectError speaks for itself; `retryable: false` on others is heeded. */
function failureOf(error: unknown): EffectFailure {
  if (error instanceof EffectError) return error.failure;
  if (error instanceof Error) {
    const { code, retryable } = error as Error & { code?: unknown; retryable?: unknown };
    return {
      code: typeof code === 'string' ? code : error.name === 'Error' ? 'FUNCTION_FAILED' : error.name,
      message: error.message,
      retryable: retryable !== false,
    };
  }
  return { code: 'FUNCTION_FAILED', message: String(error), retryable: true };
}
