import type { RetryPolicy } from './documents.ts';
import type { ErrorCode } from './errors.ts';
import type { Token } from './token.ts';

/** How an effect is called; only what differs from the defaults is stored. */
export interface EffectPolicy {
  readonly retry?: RetryPolicy;
  /** milliseconds for one attempt */
  readonly timeoutMs?: number;
  readonly heartbeatMs?: number;
  /** calls at once to the target */
  readonly concurrency?: number;
  readonly ratePerSecond?: number;
}
export const DEFAULT_TIMEOUT_MS = 60_000;
export const DEFAULT_CONCURRENCY = 64;

/**
 * An action that was decided. Its id is derived from its cause and is the idempotency key; it is the same on every delivery
 * of an attempt, and a retry by policy is a new attempt with a new id.
 */
export interface Effect {
  /** `<workflow>/<run>:<scope>:<trigger>:<activation>.<place>:<attempt>` */
  readonly id: string;
  /** Type of the action that planned it; chooses the invoker. */
  readonly kind: string;
  /** `workflow/run` */
  readonly run: string;
  readonly scope: string;
  readonly trigger: string;
  readonly activation: number;
  readonly place: number;
  /** From 1. */
  readonly attempt: number;
  /** What the invoker needs; JSON. Holds `secret://` references, never secrets. */
  readonly request: unknown;
  readonly policy: EffectPolicy;
  /** Subject of the completion event. */
  readonly subject: string;
  /** Variable of the scope that takes the result. */
  readonly assign?: string;
  /** The target reports by itself (callback, or the end of another run). */
  readonly async?: boolean;
  /** What it started ends with it, where nobody waits for it any more. */
  readonly revocable?: true;
  /** Set once an asynchronous effect was handed over: it is not invoked again before its deadline. */
  readonly dispatched?: boolean;
  /** Comes back with the completion's event. */
  readonly token?: Token;
  /** W3C trace context of the event that caused it. */
  readonly traceparent?: string;
}

/** `run` may hold ":" in no position that makes two causes alike: workflow names have none, and the last three fields are fixed. */
export function effectId(
  run: string,
  scope: string,
  trigger: string,
  activation: number,
  place: number,
  attempt: number,
): string {
  return `${run}:${scope}:${trigger}:${activation}.${place}:${attempt}`;
}

/** The failure of one attempt, as actions and histories see it. */
export interface EffectFailure {
  /** An ErrorCode, or an error name the target itself gave. */
  readonly code: ErrorCode | string;
  readonly message: string;
  readonly retryable: boolean;
  /** The state is at fault, not the target, which was not called: its message is told with the place of the state. */
  readonly ofState?: true;
  /** What the target answered, where it did. */
  readonly details?: unknown;
}

/** What performing an effect came to. `accepted`: an asynchronous target took it and will report. */
export type Completion =
  | { readonly effect: string; readonly outcome: 'succeeded'; readonly result: unknown }
  | { readonly effect: string; readonly outcome: 'failed'; readonly failure: EffectFailure }
  | { readonly effect: string; readonly outcome: 'accepted' };
