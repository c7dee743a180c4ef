import type { TriggersDefinition } from '../../model/documents.ts';
import type { Limits } from '../../model/limits.ts';
import { validate } from '../../model/schema.ts';
import type { Compiler } from '../compiler.ts';
import { checkTasks } from './checks.ts';
import { emitTriggers } from './emit.ts';
import type { DagSource, Task } from './model.ts';
import { Ancestors, topologicalOrder } from './order.ts';
import { readDag } from './read.ts';
import { References } from './references.ts';
import { Report } from './report.ts';
import { resolveTasks } from './resolve.ts';

/** A DAG understood: what the triggers, the graph and the states of its tasks are made from. */
export interface Dag {
  readonly source: DagSource;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Each task after those it needs. */
  readonly order: readonly Task[];
}

/** The format `dag`; see docs/dag.md. */
export const compileDag: Compiler = (definition, { limits }) => {
  const report = new Report();
  const found = analyse(definition, limits, report);
  if (found === undefined || report.failed) return { diagnostics: report.diagnostics };
  const { dag, references } = found;
  const triggers: TriggersDefinition = emitTriggers(dag, references.reads, limits);
  return { diagnostics: report.diagnostics, triggers };
};

/** The DAG, as far as its definition can be understood at all. */
export function readDefinition(definition: unknown, limits: Limits): Dag | undefined {
  return analyse(definition, limits, new Report())?.dag;
}

function analyse(
  definition: unknown,
  limits: Limits,
  report: Report,
): { readonly dag: Dag; readonly references: References } | undefined {
  if (countTasks(definition) > limits.tasks) {
    report.error(
      'LIMIT_EXCEEDED',
      '/tasks',
      `there are ${countTasks(definition)} tasks; the limit tasks is ${limits.tasks}`,
    );
    return undefined;
  }
  report.add(validate('dag', definition));
  const source = readDag(definition, report);
  if (source.tasks.every(({ handler }) => handler)) {
    report.error('DAG_EMPTY', '/tasks', 'the DAG has no tasks');
    return undefined;
  }
  const tasks = resolveTasks(source, report);
  const order = topologicalOrder(tasks, report);
  checkTasks(tasks.values(), source.groups, report);
  const references = new References(tasks, source.groups, new Ancestors(order), limits, report);
  for (const task of tasks.values()) references.checkTask(task);
  for (const group of source.groups) {
    if (group.mapping !== undefined) {
      references.checkMapping(group.mapping, { task: undefined, group: undefined, mapped: false });
    }
  }
  references.checkOutput(source.output);
  return { dag: { source, tasks, order }, references };
}

/** Counted before anything else looks at them. */
function countTasks(definition: unknown): number {
  let count = 0;
  const open: unknown[] = [definition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const { tasks, groups, onFailure } = next as Record<string, unknown>;
    for (const each of [tasks, onFailure])
      if (typeof each === 'object' && each !== null) count += Object.keys(each).length;
    if (typeof groups === 'object' && groups !== null) open.push(...Object.values(groups));
  }
  return count;
}

export { dagGraph } from './graph.ts';
export {
  TASK_STATES,
  type TaskState,
  TaskStateObserver,
  type TaskStates,
  taskStates,
} from './states.ts';
