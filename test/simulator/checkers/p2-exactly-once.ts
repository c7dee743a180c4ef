import { eventsOf, type Outcome } from '../outcome.ts';
import { expectedOf } from '../reference.ts';

/** An event is an input once, and counters hold what the distinct events of the run add up to. */
export function* eventsCountOnce(outcome: Outcome): Generator<string> {
  for (const run of outcome.runs.values()) {
    const seen = new Set<string>();
    for (const { source, id } of eventsOf(run)) {
      if (seen.has(`${source} ${id}`)) yield `run ${run.key} took event ${id} twice`;
      seen.add(`${source} ${id}`);
    }
    for (const expected of expectedOf(run)) {
      if (expected.count === undefined) continue;
      const context = run.state.root.contexts?.get(expected.trigger);
      const count = context?.values['count'] ?? 0;
      if (count !== expected.count) {
        yield `trigger ${expected.trigger} of ${run.key} counted ${count} of ${expected.count} events`;
      }
    }
  }
}
