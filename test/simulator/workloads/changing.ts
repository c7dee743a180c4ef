import { COMMANDS } from '../../../src/engine/index.ts';
import type { TriggerDefinition } from '../../../src/model/documents.ts';
import { STANDING_RUN } from '../../../src/model/run.ts';
import { eventIn } from '../checkers/p1-nothing-lost.ts';
import type { Send } from '../world/producer.ts';
import { commandFor, record, SPAN_MS, standingEvent, type WorkloadMaker } from './workload.ts';

/** Triggers added, disabled, enabled and removed while the run lives; transient ones; events that come before them. */
export const changing: WorkloadMaker = (random, name) => {
  const tally: TriggerDefinition = {
    id: 'ref-seen',
    activationEvents: [{ type: 'seen' }],
    condition: { type: 'counter', threshold: 3, every: true },
    actions: [record('ref-seen')],
  };
  const fixed: TriggerDefinition[] = [
    tally,
    {
      id: 'switched',
      activationEvents: [{ type: 'b' }],
      condition: { type: 'always' },
      actions: [record('switched')],
      enabled: random.chance(0.5),
    },
    ...Array.from({ length: 3 }, (_, i) => ({
      id: `transient-${i}`,
      activationEvents: [{ type: 'three' }],
      condition: { type: 'always' } as const,
      actions: [record(`transient-${i}`)],
      transient: true,
    })),
  ];
  const sends: Send[] = [];
  let number = 0;
  const command = (type: string, data: unknown) =>
    sends.push({
      afterMs: random.int(0, SPAN_MS),
      event: commandFor(name, STANDING_RUN, `command-${number++}`, type, data),
    });
  const later: TriggerDefinition = {
    id: 'later',
    activationEvents: [{ type: 'early' }],
    condition: { type: 'counter', threshold: 2, every: true },
    actions: [record('later')],
  };
  command(COMMANDS.addTrigger, { trigger: later });
  for (let i = random.int(0, 4); i > 0; i--) {
    const id = `once-${i}`;
    const actions = [record(id, { event: '${event.id}' })];
    const condition = { type: 'always' } as const;
    command(COMMANDS.addTrigger, {
      trigger: { id, activationEvents: [{ type: 'once' }], condition, actions, transient: true },
    });
  }
  for (let i = random.int(0, 4); i > 0; i--) {
    command(COMMANDS.changeTrigger, { id: 'switched', change: random.pick(['enable', 'disable']) });
  }
  if (random.chance(0.2)) command(COMMANDS.changeTrigger, { id: 'switched', change: 'remove' });
  if (random.chance(0.5)) {
    const when = random.pick(['before', 'after'] as const);
    const actions = [record('intercepted')];
    command(COMMANDS.intercept, { interception: { id: 'i', when, match: { trigger: 'switched' }, actions } });
    if (random.chance(0.5)) command(COMMANDS.removeInterception, { id: 'i' });
  }
  const types = ['seen', 'b', 'b', 'early', 'early', 'once', 'three', 'nobody'];
  const early = new Set<string>();
  for (let i = random.int(4, 40); i > 0; i--) {
    const type = random.pick(types);
    const event = standingEvent(name, `${i}`, type);
    if (type === 'early') early.add(event.id);
    sends.push({ afterMs: random.int(0, SPAN_MS), event });
  }
  return {
    kind: 'changing',
    workflows: [
      { name, format: 'triggers', definition: { run: 'standing', history: true, triggers: fixed } },
    ],
    sends,
    check({ runs, deadLetters }) {
      const run = runs.get(`${name}/${STANDING_RUN}`);
      if (run === undefined) return deadLetters.length > 0 ? [] : ['the standing run was never started'];
      const added = run.state.dynamic?.triggers.has('later') === true;
      if (!added) return [];
      const put = deadLetters.filter((letter) => {
        const event = eventIn(letter);
        return event?.workflow === name && early.has(event.id);
      });
      const counted = run.state.root.contexts?.get('later')?.values['count'] ?? 0;
      const right = early.size - put.length;
      return counted === right ? [] : [`P7: trigger later counted ${counted} of ${right} early events`];
    },
  };
};
