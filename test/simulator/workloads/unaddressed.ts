import type { CloudEvent } from '../../../src/model/cloud-event.ts';
import { record, SPAN_MS, type WorkloadMaker } from './workload.ts';

/** Events that name no run: a run per correlation key, or one per starting event. */
export const unaddressed: WorkloadMaker = (random, name) => {
  const keyed = random.chance(0.6);
  const definition = keyed
    ? {
        run: { correlate: 'event.subject' },
        history: true,
        triggers: [
          {
            id: 'ref-count',
            activationEvents: [{ type: 'order' }],
            condition: { type: 'counter', threshold: random.int(1, 4), every: true },
            actions: [record('ref-count')],
          },
        ],
      }
    : {
        startOn: [{ type: `order-${name}` }],
        history: true,
        triggers: [
          {
            id: 'go',
            activationEvents: [{ type: 'dev.tidegate.run.started' }],
            condition: { type: 'always' },
            actions: [{ type: 'complete', output: '${run.input}' }],
          },
        ],
      };
  const named = random.chance(0.5);
  const events = Array.from(
    { length: random.int(2, 25) },
    (_, i): CloudEvent => ({
      specversion: '1.0',
      id: `${name}-${i}`,
      source: '/producer',
      type: keyed ? 'order' : `order-${name}`,
      subject: `customer-${random.int(1, 4)}`,
      data: { i },
      ...((keyed || named) && { workflow: name }),
    }),
  );
  return {
    kind: 'unaddressed',
    workflows: [{ name, format: 'triggers', definition }],
    sends: events.map((event) => ({ afterMs: random.int(0, SPAN_MS), event })),
    check({ runs, deadLetters }) {
      if (keyed) return [];
      const own = [...runs.values()].filter(({ key }) => key.startsWith(`${name}/`));
      const wrong = own
        .filter(({ head }) => head.status !== 'SUCCEEDED')
        .map(({ key }) => `run ${key} has not ended`);
      const put = deadLetters.filter(({ event }) => event?.includes(`"${name}-`) === true);
      return own.length + put.length === events.length
        ? wrong
        : [...wrong, `${events.length} events started ${own.length} runs`];
    },
  };
};
