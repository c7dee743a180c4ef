import { type Replayed, replayOf } from '../../simulator/replay.ts';
import type { ChaosOutcome } from '../outcome.ts';

/** Clocks of one machine, read by two processes. */
const SKEW_MS = 5;

/** A delivery of an attempt is always the same call; what is called was decided, what has ended was called; each end counts once. */
export function* callsBelongToEffects(outcome: ChaosOutcome): Generator<string> {
  const requests = new Map<string, string>();
  const firstCall = new Map<string, number>();
  for (const { effect, request, at } of outcome.calls) {
    const before = requests.get(effect);
    if (before !== undefined && before !== request)
      yield `effect ${effect} was called as ${before} and as ${request}`;
    requests.set(effect, request);
    if (!firstCall.has(effect)) firstCall.set(effect, at);
  }
  const decided = new Set<string>();
  for (const run of outcome.runs.values()) {
    const replayed: Replayed = replayOf(run);
    for (const { id } of replayed.effects) decided.add(id);
    const kinds = new Map(replayed.effects.map(({ id, kind }) => [id, kind]));
    for (const [effect, times] of replayed.completions) {
      if (times > 1) yield `the completion of effect ${effect} was applied ${times} times`;
    }
    for (const entry of run.history) {
      if (entry.kind !== 'completion' || entry.completion.outcome !== 'succeeded') continue;
      const { effect } = entry.completion;
      if (kinds.get(effect) !== 'http') continue;
      const at = firstCall.get(effect);
      if (at === undefined) yield `effect ${effect} succeeded, and no function was ever called`;
      else if (at > entry.now + SKEW_MS) yield `effect ${effect} succeeded before it was called`;
    }
  }
  // What was performed just before the store lost its last moments may stand without a record of it.
  if (outcome.storeLives > 1) return;
  for (const effect of firstCall.keys()) {
    if (!decided.has(effect)) yield `effect ${effect} was called, and no history decides it`;
  }
}
