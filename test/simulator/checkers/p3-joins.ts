import type { Outcome } from '../outcome.ts';
import { expectedOf } from '../reference.ts';

/** Triggers whose firing does not depend on the order of their events fired exactly as often as they must. */
export function* joinsFireOnce(outcome: Outcome): Generator<string> {
  const performed = new Map<string, Set<string>>();
  for (const { run, trigger, effect } of outcome.calls) {
    const key = `${run} ${trigger}`;
    const activations = performed.get(key) ?? new Set();
    performed.set(key, activations);
    activations.add(effect.slice(0, effect.lastIndexOf(':')));
  }
  for (const run of outcome.runs.values()) {
    for (const { trigger, firings, records } of expectedOf(run)) {
      const activations = run.state.root.contexts?.get(trigger)?.activation ?? 0;
      if (activations !== firings) {
        yield `trigger ${trigger} of ${run.key} fired ${activations} times; ${firings} is right`;
      }
      const called = performed.get(`${run.key} ${trigger}`)?.size ?? 0;
      if (records && (called < firings || (called > firings && outcome.storeLives === 1))) {
        yield `trigger ${trigger} of ${run.key} had ${called} effects performed; ${firings} is right`;
      }
    }
  }
}
