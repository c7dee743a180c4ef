import { TASK_SKIPPED } from '../conditions/index.ts';
import type { Effect, EffectFailure } from '../model/effect.ts';
import { murmur2 } from '../model/partition.ts';

/**
 * Milliseconds until the next attempt, or undefined where the policy grants none. `full` jitter draws a part of the delay
 * from the effect's id, so that a repeated decision is the same.
 */
export function nextDelayMs(effect: Effect, failure: EffectFailure): number | undefined {
  const { retry } = effect.policy;
  if (retry === undefined || effect.attempt >= retry.maxAttempts || !covers(retry.errors, failure))
    return undefined;
  const base = (retry.intervalMs ?? 1000) * (retry.backoffRate ?? 2) ** (effect.attempt - 1);
  const delay = Math.min(base, retry.maxDelayMs ?? Number.MAX_SAFE_INTEGER);
  return Math.round(retry.jitter === 'full' ? delay * fractionOf(effect.id) : delay);
}

function covers(errors: readonly string[] | undefined, failure: EffectFailure): boolean {
  if (failure.code === TASK_SKIPPED) return false;
  if (errors === undefined) return failure.retryable;
  return errors.includes('*') || errors.includes(failure.code);
}

/** A number in [0, 1) that looks random and is always the same for the text. */
export function fractionOf(text: string): number {
  return (murmur2(Buffer.from(text)) >>> 0) / 2 ** 32;
}
