import { COMMANDS } from '../../../src/engine/index.ts';
import type { FinalRun, Outcome } from '../outcome.ts';
import { replayOf } from '../replay.ts';

/** What is stored of a run is what its history makes of it, whatever batches, workers and crashes there were. */
export function* stateFollowsHistory(outcome: Outcome): Generator<string> {
  const redriven = new Set(
    outcome.acknowledged.flatMap(({ event }) =>
      event?.type === COMMANDS.redrive ? [`${event.workflow}/${event.run}`] : [],
    ),
  );
  for (const run of outcome.runs.values()) {
    if (!run.workflow.keepHistory || run.history.length >= outcome.limits.historyEntries) continue;
    // A redrive leaves inputs out, an adoption changes the definition under way.
    if (run.history.some((entry) => entry.kind === 'command' && entry.event.type === COMMANDS.adopt))
      continue;
    if (redriven.has(run.key)) continue;
    // Breaking a run that makes the engine fail is no input.
    if (run.state.error === 'INTERNAL') continue;
    yield* differences(run);
  }
}

function* differences(run: FinalRun): Generator<string> {
  const replayed = replayOf(run);
  const { state, key } = run;
  const summary = (of: typeof state) =>
    JSON.stringify([of.status, of.output ?? null, of.error ?? null, of.cause ?? null, of.endedAt ?? null]);
  if (summary(state) !== summary(replayed.run)) {
    yield `run ${key} is ${summary(state)}, its history makes ${summary(replayed.run)}`;
  }
  if (state.ended) return;
  const stored = normalised(run.cells);
  const made = normalised(replayed.cells);
  for (const cell of new Set([...stored.keys(), ...made.keys()])) {
    if (stored.get(cell) !== made.get(cell)) {
      yield `cell ${cell} of ${key} is ${stored.get(cell)}, its history makes ${made.get(cell)}`;
    }
  }
}

/** Sequence numbers tell only an order, and inputs that wait are not in the history yet. */
function normalised(cells: ReadonlyMap<string, string>): Map<string, string> {
  const result = new Map<string, string>();
  const early: [number, string][] = [];
  for (const [cell, value] of cells) {
    if (cell === 'h') result.set('h', String((JSON.parse(value) as number[])[0]));
    else if (cell.startsWith('b'))
      early.push([Number(cell.slice(1)), JSON.stringify(JSON.parse(value).event)]);
    else if (!cell.startsWith('d')) result.set(cell, value);
  }
  early.sort(([a], [b]) => a - b);
  early.forEach(([, value], place) => void result.set(`b${place}`, value));
  return result;
}
