import type { Outcome } from '../outcome.ts';
import { replayOf } from '../replay.ts';
import { MOST_SKEW_MS } from '../world/process.ts';

/** Effects go out after their checkpoint, under one id and one request per attempt; each completion counts once. */
export function* effectsComplete(outcome: Outcome): Generator<string> {
  const requests = new Map<string, string>();
  const firstCall = new Map<string, number>();
  for (const { effect, request, stored, life, at } of outcome.calls) {
    if (!stored) yield `effect ${effect} was performed before its checkpoint was acknowledged`;
    const attempt = `${life} ${effect}`;
    const before = requests.get(attempt);
    if (before !== undefined && before !== request) yield `effect ${effect} was performed with two requests`;
    requests.set(attempt, request);
    if (!firstCall.has(effect)) firstCall.set(effect, at);
  }
  for (const run of outcome.runs.values()) {
    for (const entry of run.history) {
      if (entry.kind !== 'completion' || entry.completion.outcome !== 'succeeded') continue;
      const { effect } = entry.completion;
      const at = firstCall.get(effect);
      if (at === undefined) yield `effect ${effect} of ${run.key} completed, but was never performed`;
      else if (at > entry.now + MOST_SKEW_MS)
        yield `effect ${effect} of ${run.key} completed before it was performed`;
    }
    for (const [effect, times] of replayOf(run).completions) {
      if (times > 1) yield `the completion of effect ${effect} was applied ${times} times`;
    }
  }
}
