import fc from 'fast-check';
import { COMMANDS } from '../../../src/engine/index.ts';
import { anyInput, anyWorkflow } from '../../asl/arbitraries.ts';
import { type End, interpret, TooManyEnds } from '../../asl/interpreter/index.ts';
import { machineOf } from '../../asl/render-machine.ts';
import { differenceTo } from '../../asl/same-end.ts';
import { WORKER_WORLD } from '../../asl/scripted-worker.ts';
import { commandFor, SPAN_MS, type WorkloadMaker } from './workload.ts';

const DRAWS = 50;

/** Runs of a random state machine, each compared with the ends that the direct interpreter knows. */
export const machines: WorkloadMaker = (random, name) => {
  const { machine, input, ends } = drawMachine(random.int(0, 0x7fffffff));
  const runs = Array.from({ length: random.int(1, 3) }, (_, i) => `r${i}`);
  return {
    kind: 'machines',
    workflows: [{ name, format: 'asl', definition: machine }],
    tasks: (resource, argument) => WORKER_WORLD.call(resource, argument, { state: '', retryCount: 0 }),
    sends: runs.map((run) => ({
      afterMs: random.int(0, SPAN_MS),
      event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1, input }),
    })),
    check({ runs: final }) {
      return runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const { status, output, error } = found.state;
        const difference = differenceTo(ends, { status, output, error });
        return difference === undefined ? [] : [`${found.key} ${difference}`];
      });
    },
  };
};

/** The first one drawn whose ends can be told. */
function drawMachine(seed: number): { machine: unknown; input: unknown; ends: readonly End[] } {
  for (const [draft, input] of fc.sample(fc.tuple(anyWorkflow, anyInput), { seed, numRuns: DRAWS })) {
    const machine = machineOf(draft);
    try {
      return { machine, input, ends: interpret(machine, input, WORKER_WORLD) };
    } catch (error) {
      if (!(error instanceof TooManyEnds)) throw error;
    }
  }
  throw new Error(`no machine among ${DRAWS} draws of seed ${seed}`);
}
