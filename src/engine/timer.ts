import type { Effect } from '../model/effect.ts';
import type { Token } from '../model/token.ts';

/** A durable timer of a run. Its id is derived from what it serves, so setting it again moves it. */
export type Timer = {
  readonly id: string;
  /** milliseconds of the epoch */
  readonly at: number;
  readonly scope: string;
} & (
  | { readonly kind: 'condition'; readonly trigger: string; readonly name: string }
  | { readonly kind: 'user'; readonly name: string; readonly data: unknown; readonly token?: Token }
  | { readonly kind: 'retry'; readonly effect: Effect }
  | { readonly kind: 'deadline' | 'heartbeat'; readonly effectId: string }
  | { readonly kind: 'run-timeout' }
  | { readonly kind: 'early-expiry' }
  /** Brings a run with left-over work back to its worker, also after a takeover. Due at once. */
  | { readonly kind: 'continue' }
);

/** Workers make this timer the input `continue`. */
export const CONTINUE_TIMER = 'q';
/** Bounds the time of the whole run. */
export const RUN_TIMER = 'run';
