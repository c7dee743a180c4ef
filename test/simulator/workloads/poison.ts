import { COMMANDS } from '../../../src/engine/index.ts';
import { STANDING_RUN } from '../../../src/model/run.ts';
import type { Send } from '../world/producer.ts';
import { commandFor, record, SPAN_MS, standingEvent, type WorkloadMaker } from './workload.ts';

/** Input that must be put aside, beside input that must not suffer from it. */
export const poison: WorkloadMaker = (random, name) => {
  const definition = {
    run: 'standing',
    history: true,
    triggers: [
      {
        id: 'ref-innocent',
        activationEvents: [{ type: 'fine' }],
        condition: { type: 'counter', threshold: 2, every: true },
        actions: [record('ref-innocent')],
      },
      {
        id: 'fails',
        activationEvents: [{ type: 'failing' }],
        condition: { type: 'expression', expression: 'event.data.missing.member > 1' },
        actions: [],
      },
      {
        id: 'unknown',
        activationEvents: [{ type: 'unknown' }],
        condition: { type: 'always' },
        actions: [{ type: 'function', name: 'nowhere' }],
      },
      {
        id: 'breaks',
        activationEvents: [{ type: 'breaking' }],
        condition: { type: 'always' },
        actions: [],
      },
    ],
  };
  const bad: Send['text'][] = [
    '{"poison": not json',
    'null',
    '[1,2,3]',
    '{"poison":1,"specversion":"1.0"}',
    `{"specversion":"1.0","id":"poison-${name}","source":"/p","type":"x","workflow":"no-such"}`,
    `{"specversion":"1.0","id":"poison-run-${name}","source":"/p","type":"x","workflow":"${name}","run":"no-such"}`,
    `{"specversion":"1.0","id":"poison-nobody-${name}","source":"/p","type":"x"}`,
  ];
  const sends: Send[] = [];
  const at = () => random.int(0, SPAN_MS);
  for (let i = random.int(1, 5); i > 0; i--) sends.push({ afterMs: at(), text: random.pick(bad) as string });
  for (let i = random.int(1, 12); i > 0; i--)
    sends.push({ afterMs: at(), event: standingEvent(name, `fine-${i}`, 'fine') });
  for (let i = random.int(0, 3); i > 0; i--) {
    const type = random.pick(['failing', 'unknown', 'breaking']);
    sends.push({ afterMs: at(), event: standingEvent(name, `poison-${i}`, type, { data: {} }) });
  }
  if (random.chance(0.3)) {
    sends.push({
      afterMs: at(),
      event: commandFor(`${name}-broken`, 'r', `poison-start-${name}`, COMMANDS.start, { version: 1 }),
    });
  }
  return {
    kind: 'poison',
    workflows: [
      { name, format: 'triggers', definition },
      // Stored by an older release, or by hand: it does not compile.
      { name: `${name}-broken`, format: 'triggers', definition: { triggers: [{ id: 'x' }] } },
    ],
    sends,
    check({ runs }) {
      return runs.get(`${name}/${STANDING_RUN}`) === undefined ? ['the standing run was never started'] : [];
    },
  };
};
