import { EffectError, type Invoker } from '../actions/index.ts';
import type { Effect } from '../model/effect.ts';

/** What a test of one state may take, as with AWS. */
const LONGEST_MS = 300_000;

/** Performs a task outside any run, within the time that its policy gives. Rejects with an EffectError. */
export function performAlone(task: Invoker): (effect: Effect) => Promise<unknown> {
  return async (effect) => {
    const { timeoutMs = LONGEST_MS } = effect.policy;
    const allowed = Math.min(timeoutMs, LONGEST_MS);
    const call = new AbortController();
    const late = new EffectError({
      code: 'EFFECT_TIMEOUT',
      message: `${effect.kind} took longer than ${allowed} ms`,
      retryable: true,
    });
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(late);
        call.abort(late);
      }, allowed);
    });
    try {
      return await Promise.race([task.invoke(effect, { signal: call.signal }), expired]);
    } finally {
      clearTimeout(timer);
    }
  };
}
