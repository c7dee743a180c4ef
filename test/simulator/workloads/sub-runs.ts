import { COMMANDS } from '../../../src/engine/index.ts';
import { BREAKS } from '../world/breakable-definitions.ts';
import { commandFor, PATIENT, SPAN_MS, type WorkloadMaker } from './workload.ts';

/** Runs that start runs of another workflow and await them; some children fail, some parents are cancelled meanwhile. */
export const subRuns: WorkloadMaker = (random, name) => {
  const fails = random.chance(0.3);
  const breaks = random.chance(0.2);
  const error = breaks ? 'INTERNAL' : 'ChildFailed';
  const children = random.int(1, 3);
  const child = {
    history: true,
    ...(random.chance(0.3) && { timeoutMs: 60_000 }),
    triggers: [
      {
        id: 'call',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: [{ type: 'function', name: 'echo', input: '${run.input}', ...PATIENT }],
      },
      {
        id: breaks ? BREAKS : 'finish',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'call' }],
        condition: { type: 'always' },
        actions: fails
          ? [{ type: 'fail', error: 'ChildFailed', cause: 'on purpose' }]
          : [{ type: 'complete', output: '${event.data}' }],
      },
    ],
  };
  const parent = {
    history: true,
    triggers: [
      {
        id: 'start',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: Array.from({ length: children }, (_, i) => ({
          type: 'start-run',
          workflow: `${name}-child`,
          input: i,
          subject: `child.${i}`,
          retry: { ...PATIENT.retry, errors: ['STORE_UNAVAILABLE', 'EFFECT_TIMEOUT'] },
        })),
      },
      {
        id: 'all',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'child.*' }],
        condition: { type: 'join', expected: children, collect: true },
        actions: [{ type: 'complete', output: '${context.results}' }],
      },
      {
        id: 'failed',
        activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'child.*' }],
        condition: { type: 'any' },
        actions: [{ type: 'fail', error: '${event.data.error}', cause: '${event.data.cause}' }],
      },
    ],
  };
  const runs = Array.from({ length: random.int(1, 3) }, (_, i) => `p${i}`);
  const cancelled = new Set(runs.filter(() => random.chance(0.1)));
  return {
    kind: 'sub-runs',
    workflows: [
      { name, format: 'triggers', definition: parent },
      { name: `${name}-child`, format: 'triggers', definition: child },
    ],
    functions: { echo: (effect) => (effect.request as { input: unknown }).input },
    sends: runs.flatMap((run) => {
      const afterMs = random.int(0, SPAN_MS);
      const start = { afterMs, event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1 }) };
      if (!cancelled.has(run)) return [start];
      const event = commandFor(name, run, `cancel-${run}`, COMMANDS.cancel, {});
      return [start, { afterMs: afterMs + random.int(0, 500), event }];
    }),
    check: ({ runs: final }) =>
      runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const { status, output, error: told } = found.state;
        if (status === 'CANCELLED' && cancelled.has(run)) return [];
        const right = JSON.stringify(Array.from({ length: children }, (_, i) => i));
        const asExpected =
          fails || breaks
            ? status === 'FAILED' && told === error
            : status === 'SUCCEEDED' && JSON.stringify(output) === right;
        return asExpected ? [] : [`run ${found.key} is ${status} with ${JSON.stringify(output ?? told)}`];
      }),
  };
};
