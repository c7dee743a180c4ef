import { EffectError } from '../../../src/actions/index.ts';
import { COMMANDS } from '../../../src/engine/index.ts';
import { commandFor, PATIENT, SPAN_MS, type WorkloadMaker } from './workload.ts';

/** Runs that fail for good and are redriven later: what had succeeded is not done again, what had failed is. */
export const redriven: WorkloadMaker = (random, name) => {
  const calls = random.int(1, 4);
  const stubborn = random.int(0, calls - 1);
  const definition = {
    history: true,
    triggers: [
      {
        id: 'call',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: { type: 'always' },
        actions: Array.from({ length: calls }, (_, i) => ({
          type: 'function',
          name: `${name}-call`,
          input: i,
          subject: `call.${i}`,
          ...PATIENT,
        })),
      },
      {
        id: 'all',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded', subject: 'call.*' }],
        condition: { type: 'join', expected: calls, collect: true },
        actions: [{ type: 'complete', output: '${context.results}' }],
      },
      {
        id: 'failed',
        activationEvents: [{ type: 'dev.tidegate.task.failed', subject: 'call.*' }],
        condition: { type: 'any' },
        actions: [{ type: 'fail', error: '${event.data.error}' }],
      },
    ],
  };
  const runs = Array.from({ length: random.int(1, 3) }, (_, i) => `r${i}`);
  const redrive = (run: string, afterMs: number) => ({
    afterMs,
    event: commandFor(name, run, `redrive-${run}-${afterMs}`, COMMANDS.redrive, {}),
  });
  return {
    kind: 'redriven',
    workflows: [{ name, format: 'triggers', definition }],
    functions: {
      [`${name}-call`]: ({ request, attempt }) => {
        const { input } = request as { input: number };
        if (input === stubborn && attempt === 1) {
          throw new EffectError({ code: 'Stubborn', message: 'not at the first attempt', retryable: false });
        }
        return input;
      },
    },
    sends: runs.flatMap((run) => [
      {
        afterMs: random.int(0, SPAN_MS / 2),
        event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1 }),
      },
      redrive(run, random.int(SPAN_MS / 2, SPAN_MS)),
      redrive(run, 40_000),
    ]),
    check: ({ runs: final }) =>
      runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const right = JSON.stringify(Array.from({ length: calls }, (_, i) => i));
        const { status, output, error } = found.state;
        return status === 'SUCCEEDED' && JSON.stringify(output) === right
          ? []
          : [`run ${found.key} is ${status} with ${JSON.stringify(output ?? error)}`];
      }),
  };
};
