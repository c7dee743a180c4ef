import type { RetryStateAction } from '../model/documents.ts';
import type { ActionType } from './action.ts';

/** Turns of an attempt that failed: scheduled, started, failed. */
const TURNS = 3;

/** Enters the token's state again after a while, with the input that the token kept. */
export const retryState: ActionType<RetryStateAction> = {
  compile(definition) {
    const {
      name,
      retrier,
      intervalMs = 1000,
      backoffRate = 2,
      maxDelayMs,
      jitter,
      turns = TURNS,
    } = definition;
    const delayMs = (nth: number, draw: number): number => {
      const delay = Math.min(intervalMs * backoffRate ** (nth - 1), maxDelayMs ?? Number.MAX_SAFE_INTEGER);
      return jitter === 'full' ? delay * draw : delay;
    };
    return { type: 'retry-state', plan: () => ({ op: 'retry-state', name, retrier, delayMs, turns }) };
  },
};
