import { COMMANDS } from '../../../src/engine/index.ts';
import type { TriggerDefinition } from '../../../src/model/documents.ts';
import { STANDING_RUN } from '../../../src/model/run.ts';
import { commandFor, record, SPAN_MS, standingEvent, type WorkloadMaker } from './workload.ts';

/** A standing run that goes over to a new version while events come, some of which only that version wants. */
export const adopting: WorkloadMaker = (random, name) => {
  const counts = (type: string): TriggerDefinition => ({
    id: `ref-${type}`,
    activationEvents: [{ type }],
    condition: { type: 'counter', threshold: random.int(1, 4), every: true },
    actions: [record(`ref-${type}`)],
  });
  const both = counts('both');
  const version = (triggers: TriggerDefinition[]) => ({
    name,
    format: 'triggers',
    definition: { run: 'standing', history: true, triggers },
  });
  const command = (afterMs: number, type: string, data: object) => ({
    afterMs,
    event: commandFor(name, STANDING_RUN, `${type}-${afterMs}`, type, data),
  });
  const events = Array.from({ length: random.int(3, 30) }, (_, i) =>
    standingEvent(name, `${i}`, random.pick(['both', 'new', 'old'])),
  );
  return {
    kind: 'adopting',
    workflows: [version([both, counts('old')]), version([both, counts('new')])],
    sends: [
      command(0, COMMANDS.start, { version: 1 }),
      command(random.int(100, SPAN_MS), COMMANDS.adopt, { version: 2 }),
      ...events.map((event) => ({ afterMs: random.int(50, SPAN_MS), event })),
    ],
  };
};
