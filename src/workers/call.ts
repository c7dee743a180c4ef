import { ACCEPTED, EffectError, type Invoker, type InvokerCall } from '../actions/index.ts';
import type { Completion, Effect, EffectFailure } from '../model/effect.ts';

/** One call under way: settles once, by its answer or by an abort, whichever is first. */
export class Call implements InvokerCall {
  readonly effect: Effect;
  readonly #settle: (completion: Completion) => void;
  #settled = false;
  #controller: AbortController | undefined;

  constructor(effect: Effect, settle: (completion: Completion) => void) {
    this.effect = effect;
    this.#settle = settle;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  make(invoker: Invoker): void {
    let answer: Promise<unknown>;
    try {
      answer = invoker.invoke(this.effect, this);
    } catch (error) {
      answer = Promise.reject(error);
    }
    const effect = this.effect.id;
    answer.then(
      (result) =>
        this.#once(
          result === ACCEPTED
            ? { effect, outcome: 'accepted' }
            : { effect, outcome: 'succeeded', result: result === undefined ? null : result },
        ),
      (error: unknown) => this.#once(failed(this.effect, failureOf(error))),
    );
  }

  /** A target that ignores the abort does not hold its place: the call has failed all the same. */
  abort(reason: Error): void {
    this.#controller?.abort(reason);
    this.#once(failed(this.effect, failureOf(reason)));
  }

  #once(completion: Completion): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle(completion);
  }
}

export function failed(effect: Effect, failure: EffectFailure): Completion {
  return { effect: effect.id, outcome: 'failed', failure };
}

/** What a thrown value says about the attempt: an EffectError speaks for itself; `retryable: false` on others is heeded. */
export function failureOf(error: unknown): EffectFailure {
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
