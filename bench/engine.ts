import { compileWorkflow, drainRun, emptyOutbox, RunState, step } from '../src/engine/index.ts';
import type { CloudEvent } from '../src/model/cloud-event.ts';
import { parseEvent } from '../src/model/cloud-event-codec.ts';
import { LIMITS } from '../src/model/limits.ts';
import { DedupeWindow, type EventHash, HASH_SEED, hashText } from '../src/workers/dedupe-window.ts';
import { joinEvents, joinsDefinition } from './joins.ts';
import { medianOf, type Row, seconds } from './measure.ts';

/** (1) The engine alone: dedupe, match, count, and the batch's changes drained; then the same with the JSON parse. */
export async function engineRows(): Promise<Row[]> {
  const events = joinEvents('parts');
  const texts = events.map((event) => JSON.stringify(event));
  const parsed = await medianOf(5, () => rate(events, (event) => event));
  const withParse = await medianOf(5, () => rate(texts, (text) => parseEvent(text)));
  return [
    { name: 'engine.counter-join', value: Math.round(parsed), unit: 'events/s' },
    { name: 'engine.counter-join-us', value: 1e6 / parsed, unit: 'us/event' },
    { name: 'engine.counter-join-parse', value: Math.round(withParse), unit: 'events/s' },
  ];
}

const BATCH = 2_000;

async function rate<T>(items: readonly T[], read: (item: T) => CloudEvent): Promise<number> {
  const workflow = compileWorkflow('parts', 1, joinsDefinition(), LIMITS);
  const run = new RunState('parts/standing', 1, { input: null, at: 0 });
  const dedupe = new DedupeWindow(LIMITS.dedupeMarks);
  const runHash: EventHash = { a: 0, b: 0 };
  hashText(run.key, HASH_SEED, runHash);
  const hash: EventHash = { a: 0, b: 0 };
  const spent = await seconds(() => {
    for (let from = 0; from < items.length; from += BATCH) {
      const out = emptyOutbox();
      for (let i = from; i < from + BATCH && i < items.length; i++) {
        const event = read(items[i]!);
        hashText(event.source, runHash, hash);
        hashText(event.id, hash, hash);
        if (dedupe.add(hash)) step(workflow, run, { kind: 'event', event }, 0, out);
      }
      drainRun(run);
      dedupe.takeBlock();
    }
  });
  if (Object.keys(run.root.variables ?? {}).length !== 200) throw new Error('not every join fired');
  return items.length / spent;
}
