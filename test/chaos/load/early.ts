import { eventFor, httpCall, startOf, TURN_MS, type WorkloadMaker } from './workload.ts';

const EARLY = 4;

/** Runs that get events before the trigger that wants them: the trigger is added later, or comes with the run's own progress. */
export const early: WorkloadMaker = ({ functions, ledger }) => {
  const definition = {
    triggers: [
      {
        id: 'open',
        activationEvents: [{ type: 'door.opens' }],
        condition: { type: 'always' },
        actions: [
          {
            type: 'add-trigger',
            trigger: {
              id: 'guests',
              activationEvents: [{ type: 'guest.comes' }],
              condition: { type: 'join', by: 'event.data.guest', expected: EARLY },
              actions: [httpCall(functions, '/record', { trigger: 'guests', run: '${run.id}' })],
            },
          },
        ],
      },
      {
        id: 'begun',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'guests' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: 'all here' }],
      },
    ],
  };
  return {
    kind: 'early',
    workflows: [{ name: 'party', format: 'triggers', definition }],
    turn(random, turn) {
      if (turn % 2 === 1) return [];
      const id = `y${turn}`;
      ledger.runs.set(`party/${id}`, { key: `party/${id}`, statuses: ['SUCCEEDED'], output: 'all here' });
      const guests = Array.from({ length: EARLY }, (_, guest) => ({
        afterMs: random.int(0, 2_000),
        event: eventFor('party', id, `${id}-g${guest}`, 'guest.comes', { data: { guest: `g${guest}` } }),
      }));
      const opens = {
        afterMs: random.int(1_000, 3_000),
        event: eventFor('party', id, `${id}-opens`, 'door.opens'),
      };
      return [startOf('party', id, null, random.int(0, TURN_MS), [...guests, opens])];
    },
  };
};
