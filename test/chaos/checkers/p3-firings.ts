import { eventsOf } from '../../simulator/outcome.ts';
import { expectedOf } from '../../simulator/reference.ts';
import type { ChaosOutcome } from '../outcome.ts';

/** What fires a call in the standing runs and in the orders was called for as often as it fires, whatever the attempts. */
export function* firingsAreCalledOnce(outcome: ChaosOutcome): Generator<string> {
  const activations = new Map<string, Set<string>>();
  for (const { effect, run, trigger } of outcome.calls) {
    const key = `${run} ${trigger}`;
    const known = activations.get(key) ?? new Set();
    activations.set(key, known);
    known.add(effect.slice(0, effect.lastIndexOf(':')));
  }
  for (const { run, trigger, firings } of firingsOf(outcome)) {
    const called = activations.get(`${run} ${trigger}`)?.size ?? 0;
    // What was called just before the store lost its last moments may stand without a record of it.
    const right = called === firings || (called > firings && outcome.storeLives > 1);
    if (!right)
      yield `trigger ${trigger} of ${run} was called for ${called} times, and fires ${firings} times`;
  }
}

function* firingsOf({ runs }: ChaosOutcome): Generator<{ run: string; trigger: string; firings: number }> {
  for (const run of runs.values()) {
    for (const { trigger, firings } of expectedOf(run)) yield { run: run.key, trigger, firings };
    if (!run.key.startsWith('orders/')) continue;
    const events = eventsOf(run);
    const placed = events.find(({ type }) => type === 'order.placed');
    const expected = (placed?.data as { items: readonly string[] } | undefined)?.items.length;
    const packed = events.filter(({ type }) => type === 'item.packed');
    const members = new Set(packed.map(({ data }) => (data as { item: string }).item));
    const firings = expected !== undefined && members.size >= expected ? 1 : 0;
    yield { run: run.key, trigger: 'packed', firings };
  }
}
