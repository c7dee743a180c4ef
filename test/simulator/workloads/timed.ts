import type { ConditionDefinition, TriggerDefinition } from '../../../src/model/documents.ts';
import type { Random } from '../world/random.ts';
import { record, SPAN_MS, standingEvent, type WorkloadMaker } from './workload.ts';

/** Triggers over time and order: what they do depends on when events were applied, so history is what they are held to. */
export const timed: WorkloadMaker = (random, name) => {
  const triggers = Array.from({ length: random.int(1, 5) }, (_, i): TriggerDefinition => {
    const condition = drawCondition(random);
    const types =
      condition.type === 'absence' || condition.type === 'sequence' ? ['a', 'b'] : [random.pick(['a', 'b'])];
    const expires = 'withinMs' in condition && condition.type !== 'window' && condition.type !== 'absence';
    const fire = [record(`timed-${i}`)];
    return {
      id: `timed-${i}`,
      activationEvents: types.map((type) => ({ type })),
      condition,
      actions: expires ? { fire, expired: [record(`timed-${i}`, { expired: true })] } : fire,
    };
  });
  const timers: TriggerDefinition[] = [
    {
      id: 'set',
      activationEvents: [{ type: 'c' }],
      condition: { type: 'always' },
      actions: [{ type: 'set-timer', name: 'alarm', afterMs: random.int(0, 2_000), data: '${event.id}' }],
    },
    {
      id: 'rings',
      activationEvents: [{ type: 'dev.tidegate.timer', subject: 'alarm' }],
      condition: { type: 'counter', threshold: 1, every: true },
      actions: [record('rings')],
    },
    {
      id: 'unset',
      activationEvents: [{ type: 'd' }],
      condition: { type: 'always' },
      actions: [{ type: 'cancel-timer', name: 'alarm' }],
    },
  ];
  const events = Array.from({ length: random.int(3, 30) }, (_, i) =>
    standingEvent(name, `${i}`, random.pick(['a', 'a', 'b', 'b', 'c', 'd']), { data: { n: i } }),
  );
  return {
    kind: 'timed',
    workflows: [
      {
        name,
        format: 'triggers',
        definition: { run: 'standing', history: true, triggers: [...triggers, ...timers] },
      },
    ],
    sends: events.map((event) => ({ afterMs: random.int(0, SPAN_MS), event })),
  };
};

function drawCondition(random: Random): ConditionDefinition {
  const reset = random.pick([{}, { reset: 'on-fire' as const }]);
  const withinMs = random.int(50, 2_000);
  switch (random.int(0, 5)) {
    case 0:
      return {
        type: 'sequence',
        of: [{ type: 'a' }, { type: 'b' }],
        ...(random.chance(0.5) && { strict: true }),
        ...reset,
      };
    case 1:
      return { type: 'window', threshold: random.int(2, 4), withinMs, ...reset };
    case 2:
      return { type: 'absence', of: { type: 'a' }, unless: { type: 'b' }, withinMs, ...reset };
    case 3:
      return {
        type: 'debounce',
        quietMs: random.int(20, 500),
        ...(random.chance(0.5) && { maxWaitMs: 900 }),
      };
    case 4:
      return { type: 'counter', threshold: random.int(2, 6), withinMs, ...reset };
    default:
      return {
        type: 'expression',
        expression: 'context.total > 20',
        update: { total: '(has(context.total) ? context.total : 0) + event.data.n' },
        ...reset,
      };
  }
}
