import { COMMANDS } from '../../../src/engine/index.ts';
import { commandFor, SPAN_MS, type WorkloadMaker } from './workload.ts';

/** Targets that take a call and report later by themselves, now and then twice, with signs of life in between. */
export const asynchronous: WorkloadMaker = (random, name) => {
  const calls = random.int(1, 4);
  const heartbeatMs = random.chance(0.4) ? 1_500 : undefined;
  const definition = {
    history: true,
    triggers: [
      {
        id: 'call',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: Array.from({ length: calls }, (_, i) => ({
          type: 'http',
          url: 'http://target/',
          callback: true,
          subject: `call.${i}`,
          timeoutMs: 2_000,
          ...(heartbeatMs && { heartbeatMs }),
          retry: {
            maxAttempts: 1_000,
            intervalMs: 40,
            maxDelayMs: 400,
            errors: ['EFFECT_FAILED', 'EFFECT_TIMEOUT', 'HEARTBEAT_TIMEOUT'],
          },
        })),
      },
      {
        id: 'all',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'call.*' }],
        condition: { type: 'join', expected: calls },
        actions: [{ type: 'complete', output: '${context.count}' }],
      },
    ],
  };
  const runs = Array.from({ length: random.int(1, 3) }, (_, i) => `r${i}`);
  return {
    kind: 'asynchronous',
    workflows: [{ name, format: 'triggers', definition }],
    sends: runs.map((run) => ({
      afterMs: random.int(0, SPAN_MS),
      event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1 }),
    })),
    check: ({ runs: final }) =>
      runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const { status, output } = found.state;
        return status === 'SUCCEEDED' && output === calls
          ? []
          : [`run ${found.key} is ${status}: ${found.state.cause}`];
      }),
  };
};
