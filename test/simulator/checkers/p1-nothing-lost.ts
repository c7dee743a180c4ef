import { COMMAND_PREFIX } from '../../../src/engine/index.ts';
import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import type { DeadLetter } from '../../../src/stores/state-store.ts';
import { derivedRunId } from '../../../src/workers/router.ts';
import { eventsOf, type Outcome } from '../outcome.ts';

/** Every event that the log acknowledged became an input of its run, or a dead letter that says why not. */
export function* acknowledgedEventsAreKept(outcome: Outcome): Generator<string> {
  const kept = new Set<string>();
  for (const run of outcome.runs.values()) {
    for (const event of eventsOf(run)) kept.add(nameOf(event));
    // Inputs of a run that is paused wait in order.
    for (const { input } of run.state.deferred ?? []) {
      if (input.kind === 'event') kept.add(nameOf(input.event));
    }
  }
  const texts = new Set<string>();
  for (const letter of outcome.deadLetters) {
    const event = eventIn(letter);
    if (event === undefined) texts.add(letter.event ?? '');
    else kept.add(nameOf(event));
  }
  for (const { event, text } of outcome.acknowledged) {
    if (event === undefined) {
      if (!texts.has(text) && !hasEvent(text, kept))
        yield `"${text.slice(0, 80)}" is neither applied nor a dead letter`;
    } else if (
      !event.type.startsWith(COMMAND_PREFIX) &&
      !kept.has(nameOf(event)) &&
      !beganRun(event, outcome)
    ) {
      yield `event ${nameOf(event)} (${event.type}, ${event.workflow}/${event.run}) is neither applied nor a dead letter`;
    }
  }
}

function nameOf({ source, id }: CloudEvent): string {
  return `${source} ${id}`;
}

/** An event of a start subscription is the input of the run that it began. */
function beganRun({ source, id }: CloudEvent, { runs }: Outcome): boolean {
  const run = derivedRunId('event', source, id);
  for (const key of runs.keys()) if (key.endsWith(`/${run}`)) return true;
  return false;
}

function hasEvent(text: string, kept: ReadonlySet<string>): boolean {
  try {
    return kept.has(nameOf(JSON.parse(text) as CloudEvent));
  } catch {
    return false;
  }
}

export function eventIn({ event }: DeadLetter): CloudEvent | undefined {
  try {
    const parsed = JSON.parse(event ?? '') as CloudEvent;
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
