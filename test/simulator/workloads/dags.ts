import fc from 'fast-check';
import { EffectError } from '../../../src/actions/index.ts';
import { readDefinition } from '../../../src/compilers/dag/index.ts';
import { TaskStateObserver } from '../../../src/compilers/dag/states.ts';
import { COMMANDS } from '../../../src/engine/index.ts';
import { anyDag, behaviourOfDag, dagOf } from '../../reference/any-dag.ts';
import { interpret, type PlainTask } from '../../reference/dag-interpreter.ts';
import { replayOf } from '../replay.ts';
import type { Behaviour } from '../world/targets.ts';
import { commandFor, SPAN_MS, type WorkloadMaker } from './workload.ts';

const DEFAULTS = {
  timeout: '1s',
  retry: {
    maxAttempts: 1000,
    interval: '40ms',
    maxDelay: '400ms',
    errors: ['EFFECT_FAILED', 'EFFECT_TIMEOUT'],
  },
};

/** Runs of a random DAG with every rule, mapping, branches and short circuits, compared with the reference interpreter. */
export const dags: WorkloadMaker = (random, name) => {
  const seed = random.int(0, 0x7fffffff);
  const tasks = fc.sample(anyDag, { seed, numRuns: 1 })[0]!.map(patientBelowCuts);
  const definition = { ...(renamed(dagOf(tasks), name) as object), defaults: DEFAULTS };
  const behaviour = behaviourOfDag(tasks);
  const functions = Object.fromEntries(
    tasks.map(({ id }): [string, Behaviour] => [
      `${name}-${id}`,
      (effect) => {
        const answer = behaviour({ ...effect, request: { name: id } });
        if ('result' in answer) return answer.result;
        throw new EffectError({ message: 'as planned', retryable: false, code: 'Failed', ...answer.failure });
      },
    ]),
  );
  const runs = Array.from({ length: random.int(1, 3) }, (_, i) => `r${i}`);
  return {
    kind: 'dags',
    workflows: [{ name, format: 'dag', definition }],
    functions,
    sends: runs.map((run) => ({
      afterMs: random.int(0, SPAN_MS),
      event: commandFor(name, run, `start-${run}`, COMMANDS.start, { version: 1, input: null }),
    })),
    check({ runs: final, limits }) {
      const reference = interpret(tasks);
      const right = sorted(reference.states);
      return runs.flatMap((run) => {
        const found = final.get(`${name}/${run}`);
        if (found === undefined) return [`run ${name}/${run} was never started`];
        const status = reference.failed ? 'FAILED' : 'SUCCEEDED';
        if (found.head.status !== status) return [`run ${found.key} is ${found.head.status}, not ${status}`];
        const replayed = replayOf(found);
        const observer = new TaskStateObserver(readDefinition(definition, limits)!);
        for (const event of replayed.events) observer.observe(event);
        const states = sorted(observer.states(replayed.run));
        return states === right ? [] : [`tasks of ${found.key} ended as ${states}, not ${right}`];
      });
    },
  };
};

/**
 * A task of rule `always` waits for nobody, not even for a short circuit above it; whether what it starts in turn is cut
 * then depends on which comes first. Such tasks wait for all here.
 */
function patientBelowCuts(task: PlainTask, _: number, tasks: readonly PlainTask[]): PlainTask {
  const cuts = tasks.some(({ passes }) => passes?.ignoreRules === true);
  return cuts && task.rule === 'always' && task.needs.length > 0 ? { ...task, rule: 'all_done' } : task;
}

/** Functions are the world's: each workload's have names of their own. */
function renamed(definition: unknown, name: string): unknown {
  const { tasks } = definition as { tasks: Record<string, { function: string }> };
  const own = Object.entries(tasks).map(([id, task]) => [
    id,
    { ...task, function: `${name}-${task.function}` },
  ]);
  return { tasks: Object.fromEntries(own) };
}

function sorted(states: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...states].sort(([a], [b]) => (a < b ? -1 : 1)));
}
