import type { ConditionDefinition, TriggerDefinition } from '../../../src/model/documents.ts';
import type { Random } from '../world/random.ts';
import { patient, record, SPAN_MS, standingEvent, type WorkloadMaker } from './workload.ts';

/** Counters and joins of a standing run, fed with events in any order; the reference knows what must come of them. */
export const tallies: WorkloadMaker = (random, name) => {
  const types = Array.from({ length: random.int(1, 3) }, (_, i) => `t${i}`);
  const tells = random.int(2, 5);
  const policy = patient(random);
  const triggers = Array.from({ length: random.int(1, 7) }, (_, i): TriggerDefinition => {
    const condition = drawCondition(random);
    const later = condition.type === 'join' && condition.expectedFrom !== undefined;
    const type = random.pick(types);
    return {
      id: `ref-${i}`,
      activationEvents: [
        { type, ...(random.chance(0.3) && { subject: random.pick(['part.*', 'part.>', 'part.1']) }) },
        ...(later ? [{ type: 'told' }] : []),
      ],
      condition,
      actions: [record(`ref-${i}`, {}, policy)],
    };
  });
  const events = Array.from({ length: random.int(3, 50) }, (_, i) =>
    standingEvent(name, `${i}`, random.pick(types), {
      subject: `part.${random.int(1, 6)}`,
      data: { key: `k${random.int(1, 6)}`, index: random.int(0, 5) },
    }),
  );
  const told = Array.from({ length: random.int(0, 2) }, (_, i) =>
    standingEvent(name, `told-${i}`, 'told', { data: { n: tells } }),
  );
  return {
    kind: 'tallies',
    workflows: [{ name, format: 'triggers', definition: { run: 'standing', history: true, triggers } }],
    sends: [...events, ...told].map((event) => ({ afterMs: random.int(0, SPAN_MS), event })),
  };
};

function drawCondition(random: Random): ConditionDefinition {
  const by = random.pick([undefined, 'subject', 'index', 'event.data.key']);
  switch (random.int(0, 4)) {
    case 0:
      return { type: 'always' };
    case 1:
      return {
        type: 'counter',
        threshold: random.int(1, 12),
        ...random.pick([{}, { every: true }, { reset: 'on-fire' as const }]),
      };
    case 2: {
      const count = random.int(1, 3);
      return { type: 'any', count, ...(by && { by }) };
    }
    case 3:
      return {
        type: 'join',
        ...(by && { by }),
        expectedFrom: { type: 'told', value: 'event.data.n' },
        ...(random.chance(0.5) && { collect: true }),
      };
    default:
      return {
        type: 'join',
        ...(by && { by }),
        expected:
          by === undefined && random.chance(0.5)
            ? ['part.1', 'part.2', 'part.3'].slice(random.int(0, 2))
            : random.int(1, 5),
      };
  }
}
