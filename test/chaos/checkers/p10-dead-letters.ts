import type { DeadLetter } from '../../../src/stores/index.ts';
import { eventIn } from '../../simulator/checkers/p1-nothing-lost.ts';
import type { Sent } from '../ledger.ts';
import type { ChaosOutcome } from '../outcome.ts';
import { nameOf } from './p1-nothing-lost.ts';

const COMPARED = 200;

/** What must be put aside is, with a reason that fits, and is applied by nobody; nothing else is put aside. */
export function* deadLettersFit(outcome: ChaosOutcome): Generator<string> {
  const byName = new Map<string, Sent>();
  const byText = new Map<string, Sent>();
  for (const sent of outcome.ledger.sent) {
    byText.set(sent.text.slice(0, COMPARED), sent);
    if (sent.event !== undefined) byName.set(nameOf(sent.event), sent);
  }
  for (const letter of outcome.deadLetters) {
    const sent = byText.get((letter.event ?? '').slice(0, COMPARED)) ?? byName.get(nameIn(letter));
    if (letter.message === '') yield `a dead letter of reason ${letter.reason} says nothing more`;
    if (sent?.mayDie.includes(letter.reason)) continue;
    const what = letter.event ?? letter.effect ?? '';
    yield `${letter.reason} (${letter.message}) is no reason to put aside ${what.slice(0, COMPARED)}`;
  }
  for (const run of outcome.runs.values()) {
    for (const entry of run.history) {
      if (entry.kind !== 'event' && entry.kind !== 'command') continue;
      const { event } = entry;
      if (byName.get(nameOf(event))?.mustDie) yield `${nameOf(event)} was applied to ${run.key}`;
    }
  }
}

function nameIn(letter: DeadLetter): string {
  const event = eventIn(letter);
  return event?.id === undefined ? '' : nameOf(event);
}
