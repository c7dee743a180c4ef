import { expect, test } from 'vitest';
import { compileWorkflow, emptyOutbox, RunState, step } from '../../src/engine/index.ts';
import type { TriggerDefinition } from '../../src/model/documents.ts';
import { LIMITS } from '../../src/model/limits.ts';

/** Sends events of these data to one trigger; answers the reasons of the dead letters. */
function reasons(
  trigger: TriggerDefinition,
  limits: Partial<typeof LIMITS>,
  data: readonly unknown[],
): string[] {
  const workflow = compileWorkflow(
    'w',
    1,
    { run: 'standing', triggers: [trigger] },
    { ...LIMITS, ...limits },
  );
  const run = new RunState('w/standing', 1, { input: null, at: 0 });
  const out = emptyOutbox();
  data.forEach((each, i) => {
    const event = {
      specversion: '1.0' as const,
      id: `${i}`,
      source: '/s',
      type: 't',
      subject: `m.${i}`,
      data: each,
    };
    step(workflow, run, { kind: 'event', event }, 0, out);
  });
  return out.deadLetters.map(({ reason, message }) => `${reason} ${message}`);
}

const trigger = (condition: TriggerDefinition['condition']): TriggerDefinition => ({
  id: 'bounded',
  activationEvents: [{ type: 't', subject: '*.*' }],
  condition,
  actions: [],
});

test('a join that collects is bounded in bytes; the member beyond becomes a dead letter that names the limit', () => {
  const collect = trigger({ type: 'join', expected: 10, collect: true });
  const told = reasons(collect, { collectedBytes: 50 } as never, ['x'.repeat(30), 'y'.repeat(30), 'z']);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^CONDITION_FAILED .*collectedBytes, 50/);
});

test('a context that an expression makes too large keeps its old values', () => {
  const growing = trigger({
    type: 'expression',
    expression: 'false',
    update: { text: 'has(context.text) ? context.text + context.text : event.data' },
  });
  const told = reasons(growing, { contextBytes: 100 } as never, ['x'.repeat(40), 'x', 'x']);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^CONDITION_FAILED .*contextBytes is 100/);
});
