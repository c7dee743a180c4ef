import type { TriggerDefinition, TriggersDefinition } from '../../model/documents.ts';
import type { Limits } from '../../model/limits.ts';
import { collector, groupTriggers, mappedTriggers } from './emit-mapped.ts';
import { decisionTrigger, forkAction, kickOf, membersOf } from './emit-rule.ts';
import { runTriggers } from './emit-run.ts';
import { type TaskFacts, workOf } from './emit-task.ts';
import type { Dag } from './index.ts';
import type { Task } from './model.ts';
import { type Reads, sourcesOf } from './references.ts';
import { type keptBy, memberOf, relationsOf } from './relations.ts';

/**
 * The triggers of a sound DAG. Each task's own come before those of the tasks that need it: where one event ends a mapping,
 * its results are collected first and read then.
 */
export function emitTriggers(
  { source, tasks, order }: Dag,
  reads: Reads,
  limits: Limits,
): TriggersDefinition {
  const relations = relationsOf(order);
  const kept = new Map<Task, ReturnType<typeof keptBy>>();
  const mapped = mappingsOf({ source, tasks, order }, limits);
  const triggers: TriggerDefinition[] = [];
  /** Tasks that another, which waits for nothing else, cannot end before: the end of the run need not wait for them. */
  const implied = new Set<Task>();
  for (const group of source.groups) {
    if (group.mapping === undefined) continue;
    const members = order.filter(({ mappedGroup }) => mappedGroup === group);
    triggers.push(...groupTriggers(group, members, mapped.sources.get(group.id) ?? []));
  }
  for (const task of order) {
    const { id, mapping, mappedGroup } = task;
    const facts: TaskFacts = {
      kept: mapping === undefined ? reads.result(task) : reads.list(task),
      mustBeList: mapped.lists.has(task),
    };
    const members = membersOf(task, relations, mapped.sources.get(id) ?? [], kept);
    const kick = kickOf(task, members);
    if (members.list.length === 1 && isPlain(task) && task.rule !== 'always' && isPlain(task.needs[0])) {
      implied.add(task.needs[0]);
    }
    if (mapping !== undefined) {
      triggers.push(decisionTrigger(task, members, kick, [forkAction(task)]), ...mappedTriggers(task, facts));
    } else {
      const work = workOf(task, facts, mappedGroup?.id, id);
      triggers.push(decisionTrigger(task, members, kick, work.actions), ...work.triggers);
      if (mappedGroup !== undefined && reads.list(task))
        triggers.push(collector(id, memberOf(task, undefined)));
    }
  }
  triggers.push(...runTriggers([...tasks.values()], source.output, implied));
  return {
    run: 'started',
    triggers,
    ...(source.startOn !== undefined && { startOn: source.startOn }),
    ...(source.timeoutMs !== undefined && { timeoutMs: source.timeoutMs }),
    ...(source.history !== undefined && { history: source.history }),
  };
}

/** A task that ends once in a run. */
function isPlain(task: Task | undefined): task is Task {
  return task !== undefined && task.mapping === undefined && task.mappedGroup === undefined && !task.handler;
}

/** What each mapped task and group takes its lists from, and which tasks must therefore give lists. */
function mappingsOf(
  { source, tasks, order }: Dag,
  limits: Limits,
): { readonly sources: ReadonlyMap<string, readonly Task[]>; readonly lists: ReadonlySet<Task> } {
  const sources = new Map<string, readonly Task[]>();
  const lists = new Set<Task>();
  for (const { id, mapping } of [...order, ...source.groups]) {
    if (mapping === undefined) continue;
    const found = sourcesOf(mapping, tasks, limits);
    sources.set(
      id,
      found.map(({ task }) => task),
    );
    for (const { task, whole } of found) {
      if (whole && task.mapping === undefined && task.mappedGroup === undefined) lists.add(task);
    }
  }
  return { sources, lists };
}
