import { expect, test } from 'vitest';
import { COMMANDS, compileWorkflow, drainRun, emptyOutbox, RunState, step } from '../../src/engine/index.ts';
import type { TriggerDefinition } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';

const WORKFLOW = (triggers: TriggerDefinition[]) =>
  compileWorkflow('w', 1, { run: 'standing', triggers }, LIMITS);
const event = (id: string, type = 't', data: unknown = null) =>
  ({ kind: 'event', event: { specversion: '1.0', id, source: '/s', type, data } }) as const;
const command = (id: string, type: string, data: unknown) =>
  ({ kind: 'command', event: { specversion: '1.0', id, source: '/s', type, data } }) as const;

/** Steps the inputs, each in a batch of its own or all in one; answers what effects were asked to do, and what was written. */
function requests(
  triggers: TriggerDefinition[],
  inputs: readonly ReturnType<typeof event>[],
  drainEach: boolean,
) {
  const run = new RunState('w/standing', 1, { input: null, at: 0 });
  const stored = new Map<string, string | null>();
  const out = emptyOutbox();
  const drain = () => {
    for (const [key, value] of drainRun(run).cells) stored.set(key, value);
  };
  for (const input of inputs) {
    step(WORKFLOW(triggers), run, input, 0, out);
    if (drainEach) drain();
  }
  drain();
  return {
    asked: out.effects.map(({ request }) => JSON.stringify(request)),
    stored: out.effects.map(({ id }) => stored.get(`e${id}`)),
  };
}

test('P4, P8: what an effect was asked does not change with what happens after it in the same batch', () => {
  const triggers: TriggerDefinition[] = [
    {
      id: 'count',
      activationEvents: [{ type: 't' }],
      condition: { type: 'counter', threshold: 1, every: true },
      actions: [
        { type: 'set', values: { last: '${ event.id }' } },
        { type: 'function', name: 'f', input: { seen: '${ context }', vars: '${ vars }' } },
      ],
    },
  ];
  const inputs = ['a', 'b', 'c'].map((id) => event(id));
  const together = requests(triggers, inputs, false);
  expect(together).toEqual(requests(triggers, inputs, true));
  expect(together.asked[0]).toContain('"count":1');
});

test('a removed trigger leaves no timer behind that would still fire it', () => {
  const definition: TriggerDefinition = {
    id: 'quiet',
    activationEvents: [{ type: 't' }],
    condition: { type: 'debounce', quietMs: 100 },
    actions: [{ type: 'function', name: 'f' }],
  };
  const workflow = WORKFLOW([]);
  const run = new RunState('w/standing', 1, { input: null, at: 0 });
  const out = emptyOutbox();
  step(workflow, run, command('1', COMMANDS.addTrigger, { trigger: definition }), 0, out);
  step(workflow, run, event('2'), 0, out);
  const timer = [...run.timers!.values()][0]!;
  step(workflow, run, command('3', COMMANDS.putTrigger, { trigger: definition }), 10, out);
  expect(run.timers).toBeUndefined();
  step(workflow, run, { kind: 'timer', id: timer.id, at: timer.at }, 100, out);
  expect(out.effects).toEqual([]);
});

test('P9: triggers that were added to a run and removed leave nothing in the store', () => {
  const workflow = WORKFLOW([]);
  const run = new RunState('w/standing', 1, { input: null, at: 0 });
  const stored = new Map<string, string | null>();
  for (let i = 0; i < 20; i++) {
    const trigger: TriggerDefinition = {
      id: `once-${i}`,
      activationEvents: [{ type: 't' }],
      condition: { type: 'counter', threshold: 2 },
      actions: [],
      transient: true,
    };
    const out = emptyOutbox();
    step(workflow, run, command(`add-${i}`, COMMANDS.addTrigger, { trigger }), 0, out);
    step(workflow, run, event(`${i}-1`), 0, out);
    step(workflow, run, event(`${i}-2`), 0, out);
    for (const [key, value] of drainRun(run).cells) {
      if (value === null) stored.delete(key);
      else stored.set(key, value);
    }
  }
  expect([...stored.keys()]).toEqual([]);
});
