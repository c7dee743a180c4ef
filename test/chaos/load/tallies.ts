import { partitionOf } from '../../../src/model/partition.ts';
import { runKeyOf, STANDING_RUN } from '../../../src/model/run.ts';
import type { Random } from '../../simulator/world/random.ts';
import { PARTITIONS } from '../options.ts';
import { eventFor, httpCall, type Send, TURN_MS, type WorkloadMaker } from './workload.ts';

const EVENTS_A_TURN = 6;
const EVENTS_A_BURST = 250;
/** Of events that are sent once only: with no answer nobody knows whether they are there. */
const NEVER_REPEATED = 0.05;

/**
 * A standing run on each partition, fed all the time: counters that fire every so often, joins over members. What they must
 * come to is said by the reference interpreter, for the triggers named "ref-".
 */
export const tallies: WorkloadMaker = ({ functions }) => {
  const names = Array.from({ length: PARTITIONS }, (_, partition) => nameOn(partition));
  const record = (trigger: string) => [
    httpCall(functions, '/record', { trigger, run: '${run.workflow}', count: '${context.count}' }),
  ];
  const part = [{ type: 'part.done', subject: 'part.*' }];
  const triggers = [
    {
      id: 'ref-every',
      activationEvents: part,
      condition: { type: 'counter', threshold: 7, every: true },
      actions: record('ref-every'),
    },
    {
      id: 'ref-reset',
      activationEvents: [{ type: 'part.done' }],
      condition: { type: 'counter', threshold: 11, reset: 'on-fire' },
      actions: record('ref-reset'),
    },
    {
      id: 'ref-once',
      activationEvents: part,
      condition: { type: 'counter', threshold: 40 },
      actions: record('ref-once'),
    },
    {
      id: 'ref-members',
      activationEvents: part,
      condition: { type: 'join', expected: 25 },
      actions: record('ref-members'),
    },
    {
      id: 'ref-listed',
      activationEvents: [{ type: 'part.done' }],
      condition: { type: 'join', expected: ['part.1', 'part.7', 'part.20'] },
      actions: record('ref-listed'),
    },
    {
      id: 'ref-each',
      activationEvents: [{ type: 'rare' }],
      condition: { type: 'always' },
      actions: [httpCall(functions, '/record', { trigger: 'ref-each', id: '${event.id}' })],
    },
  ];
  const events = (random: Random, prefix: string, count: number): Send[] =>
    names.flatMap((name) =>
      Array.from({ length: count }, (_, at) => ({
        afterMs: random.int(0, TURN_MS),
        event: eventFor(
          name,
          random.chance(0.5) ? STANDING_RUN : undefined,
          `${prefix}-${at}`,
          drawType(random),
          {
            subject: `part.${random.int(1, 30)}`,
          },
        ),
        once: random.chance(NEVER_REPEATED),
      })),
    );
  return {
    kind: 'tallies',
    workflows: names.map((name) => ({
      name,
      format: 'triggers',
      definition: { run: 'standing', history: true, triggers },
    })),
    turn: (random, turn) => events(random, `t${turn}`, EVENTS_A_TURN),
    burst: (random, turn) => events(random, `b${turn}`, EVENTS_A_BURST),
  };
};

function drawType(random: Random): string {
  return random.chance(0.05) ? 'rare' : 'part.done';
}

/** A workflow whose standing run lives there. */
export function nameOn(partition: number): string {
  for (let attempt = 0; ; attempt++) {
    const name = `tally-${partition}-${attempt}`;
    if (partitionOf(runKeyOf(name, STANDING_RUN), PARTITIONS) === partition) return name;
  }
}
