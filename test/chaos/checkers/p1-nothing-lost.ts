import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import { eventIn } from '../../simulator/checkers/p1-nothing-lost.ts';
import { eventsOf } from '../../simulator/outcome.ts';
import type { ChaosOutcome } from '../outcome.ts';

/** A dead letter holds as much of a text as an event may have. */
const COMPARED = 200;

/** Every event that was acknowledged is an input of a run, or a dead letter. */
export function* acknowledgedEventsAreKept(outcome: ChaosOutcome): Generator<string> {
  const kept = new Set<string>();
  for (const run of outcome.runs.values()) for (const event of eventsOf(run)) kept.add(nameOf(event));
  for (const letter of outcome.deadLetters) {
    const event = eventIn(letter);
    if (event?.id !== undefined) kept.add(nameOf(event));
    kept.add((letter.event ?? '').slice(0, COMPARED));
  }
  for (const { event, text, channel, acknowledged } of outcome.ledger.sent) {
    if (!acknowledged || kept.has(text.slice(0, COMPARED))) continue;
    if (event !== undefined && kept.has(nameOf(event))) continue;
    yield `${text.slice(0, COMPARED)} was acknowledged (${channel}) and is neither applied nor a dead letter`;
  }
}

export function nameOf({ workflow, source, id }: CloudEvent): string {
  return `${workflow} ${source} ${id}`;
}
