import { drainRun, emptyOutbox, type HistoryEntry, RunState, step } from '../../src/engine/index.ts';
import type { CloudEvent } from '../../src/model/cloud-event.ts';
import type { Effect } from '../../src/model/effect.ts';
import type { FinalRun } from './outcome.ts';

export interface Replayed {
  readonly run: RunState;
  readonly cells: ReadonlyMap<string, string>;
  /** All events delivered inside the run. */
  readonly events: readonly CloudEvent[];
  readonly effects: readonly Effect[];
  /** How often a completion was applied, by effect. */
  readonly completions: ReadonlyMap<string, number>;
}

/** Makes the run again from nothing but its definition and the inputs in its history. */
export function replay({ workflow, key, head, history, state }: FinalRun): Replayed {
  const run = new RunState(key, head.version, {
    input: state.input,
    at: head.startedAt,
    ...(head.labels && { labels: head.labels }),
    ...(state.parent && { parent: state.parent }),
  });
  const events: CloudEvent[] = [];
  const out = { ...emptyOutbox(), tap: (_: RunState, event: CloudEvent) => void events.push(event) };
  const completions = new Map<string, number>();
  const give = (entry: HistoryEntry) => {
    const { now, ...input } = entry;
    if (input.kind === 'completion' && input.completion.outcome !== 'accepted') {
      const { effect } = input.completion;
      if (run.effects?.has(effect)) completions.set(effect, (completions.get(effect) ?? 0) + 1);
    }
    step(workflow, run, input, now, out);
    for (let more = 0; run.hasWork && more < 10_000; more++) {
      step(workflow, run, { kind: 'continue' }, now, out);
    }
  };
  for (const entry of history) give(entry);
  run.headDirty = true;
  const cells = new Map<string, string>();
  for (const [cell, value] of drainRun(run).cells) if (value !== null) cells.set(cell, value);
  return { run, cells, events, effects: out.effects, completions };
}

const replays = new WeakMap<FinalRun, Replayed>();
/** The same, made once. */
export function replayOf(run: FinalRun): Replayed {
  let known = replays.get(run);
  if (known === undefined) {
    known = replay(run);
    replays.set(run, known);
  }
  return known;
}
