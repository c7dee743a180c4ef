import { COMMANDS } from '../../../src/engine/index.ts';
import { EVENT_BYTES, PARTITIONS } from '../options.ts';
import { nameOn } from './tallies.ts';
import { eventFor, type Send, TURN_MS, type WorkloadMaker } from './workload.ts';

const CANCEL = COMMANDS.cancel;

/** What must become a dead letter, whichever way it came in, and stop nobody. */
export const poison: WorkloadMaker = () => ({
  kind: 'poison',
  workflows: [
    {
      name: 'brittle',
      format: 'triggers',
      definition: {
        run: 'standing',
        history: true,
        triggers: [
          {
            id: 'divide',
            activationEvents: [{ type: 'divide' }],
            condition: { type: 'expression', expression: '100 / event.data.by > 0' },
            actions: [],
          },
        ],
      },
    },
  ],
  turn(random, turn) {
    const afterMs = random.int(0, TURN_MS);
    const id = `bad-${turn}`;
    const dead = (reasons: string[], what: Omit<Send, 'afterMs'>): Send => ({
      afterMs,
      mayDie: reasons,
      mustDie: true,
      ...what,
    });
    const victim = nameOn(random.int(0, PARTITIONS - 1));
    const large = 'x'.repeat(EVENT_BYTES);
    const kinds: (() => Send)[] = [
      () => dead(['INVALID_JSON'], { text: `{"no json": ${turn}`, channel: 'log' }),
      () => dead(['INVALID_EVENT'], { text: JSON.stringify({ id, hello: 'world' }), channel: 'log' }),
      () => dead(['INVALID_EVENT'], { text: JSON.stringify([id, 'a list']), channel: 'log' }),
      () => dead(['EVENT_FOR_UNKNOWN_WORKFLOW'], { event: eventFor('nobodys', undefined, id, 'x') }),
      () => dead(['EVENT_FOR_UNKNOWN_RUN'], { event: eventFor('report', `none-${turn}`, id, 'x') }),
      () =>
        dead(['EVENT_WITHOUT_RUN'], {
          event: { ...eventFor('', undefined, id, 'of.nobody'), workflow: undefined } as never,
        }),
      () =>
        dead(['LIMIT_EXCEEDED'], {
          event: eventFor('brittle', 'standing', id, 'divide', { data: { large } }),
          channel: 'log',
        }),
      // Whoever can write to the log writes what looks like the engine's own.
      () => dead(['RESERVED_TYPE'], { event: eventFor(victim, 'standing', id, CANCEL), channel: 'log' }),
      () =>
        dead(['RESERVED_TYPE'], {
          event: eventFor(victim, 'standing', id, 'dev.tidegate.task.succeeded', { subject: 'ref-every' }),
          channel: 'log',
        }),
      // Applied, as an input of its run; what the condition made of it is beside the event a dead letter.
      () => ({
        afterMs,
        event: eventFor('brittle', 'standing', id, 'divide', { data: { by: 0 } }),
        mayDie: ['CONDITION_FAILED'],
      }),
    ];
    return [kinds[turn % kinds.length]!()];
  },
});
