import { expect, it } from 'vitest';
import { MemoryLog } from '../../src/logs/memory-log.ts';
import { TidegateError } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import { startEngine } from '../../src/workers/index.ts';

it('P6: a run whose end could not be told to its parent at once tells it later', async () => {
  const log = new MemoryLog({ partitions: 1 });
  const append = log.append.bind(log);
  let refusals = 0;
  log.append = async (partition, values) => {
    if (values[0]!.includes('command.run.ended') && refusals++ === 0)
      throw new TidegateError('STORE_UNAVAILABLE', 'the log is away');
    return append(partition, values);
  };
  const store = new MemoryStore({ partitions: 1, limits: LIMITS, now: Date.now });
  const engine = await startEngine({ log, store });
  const started = { type: 'dev.tidegate.run.started' };
  const first = (actions: unknown[]) => ({
    id: 'first',
    activationEvents: [started],
    condition: { type: 'always' },
    actions,
  });
  const child = { triggers: [first([{ type: 'complete', output: 7 }])] };
  const parent = {
    triggers: [
      first([{ type: 'start-run', workflow: 'child' }]),
      {
        id: 'second',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'first' }],
        condition: { type: 'always' },
        actions: [{ type: 'complete', output: '${event.data}' }],
      },
    ],
  };
  await engine.gateway.putWorkflow('child', { format: 'triggers', definition: child });
  await engine.gateway.putWorkflow('parent', { format: 'triggers', definition: parent });
  const { run } = await engine.gateway.startRun('parent', {}, { waitMs: 5_000 });
  expect([run.status, run.output, refusals]).toEqual(['SUCCEEDED', 7, 2]);
  await engine.stop();
});
