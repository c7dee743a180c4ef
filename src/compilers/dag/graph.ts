import type { Graph, GraphNode, NodeState } from '../graph/graph.ts';
import type { Dag } from './index.ts';
import type { Group, Task } from './model.ts';
import type { TaskState, TaskStates } from './states.ts';

/** No group of a definition can have this name. */
const ON_FAILURE = 'on failure';

/** A DAG as a picture, with the states of a run where they are given. Groups are boxes, mapped ones say so. */
export function dagGraph(
  { source, tasks }: Dag,
  { title, states }: { readonly title?: string; readonly states?: TaskStates } = {},
): Graph {
  const counts = states === undefined ? undefined : countStates(states);
  const handlers = [...tasks.values()].some(({ handler }) => handler);
  return {
    ...(title !== undefined && { title }),
    nodes: [...tasks.values()].map((task) => nodeOf(task, counts?.get(task.id))),
    edges: [...tasks.values()].flatMap((task) => task.needs.map((need) => ({ from: need.id, to: task.id }))),
    groups: [
      ...source.groups.map((group) => ({
        id: group.id,
        label: mappedLabel(group),
        ...(group.groups.length > 0 && { parent: group.groups.at(-1)!.id }),
      })),
      ...(handlers ? [{ id: ON_FAILURE, label: 'on failure' }] : []),
    ],
  };
}

function nodeOf(task: Task, counts: ReadonlyMap<TaskState, number> | undefined): GraphNode {
  const details = [
    ...(task.setup ? ['setup'] : []),
    ...(task.teardown ? ['teardown'] : []),
    ...(task.decision !== undefined ? [task.decision.kind === 'branch' ? 'branch' : 'short circuit'] : []),
    ...(task.rule !== 'all_success' && !task.teardown ? [task.rule] : []),
  ];
  const group = task.handler ? ON_FAILURE : task.groups.at(-1)?.id;
  return {
    id: task.id,
    label: task.mapping === undefined ? task.name : `${task.name} [ ]`,
    ...(details.length > 0 && { detail: details.join(', ') }),
    shape: task.decision === undefined ? 'task' : 'decision',
    ...(group !== undefined && { group }),
    ...(counts !== undefined && { state: stateOf(counts) }),
  };
}

function mappedLabel({ name, mapping }: Group): string {
  return mapping === undefined ? name : `${name} [ ]`;
}

/** From what asks for attention first to what does not. */
const GRAVITY: readonly TaskState[] = [
  'failed',
  'retrying',
  'running',
  'upstream_failed',
  'waiting',
  'succeeded',
  'skipped',
];

function stateOf(counts: ReadonlyMap<TaskState, number>): NodeState {
  const present = GRAVITY.filter((state) => counts.has(state));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const words = (state: TaskState) => state.replace('_', ' ');
  const text =
    total === 1
      ? words(present[0]!)
      : present.map((state) => `${counts.get(state)} ${words(state)}`).join(', ');
  return { name: present[0]!, text };
}

function countStates(states: TaskStates): Map<string, Map<TaskState, number>> {
  const counts = new Map<string, Map<TaskState, number>>();
  for (const [instance, state] of states) {
    const id = instance.replace(/\[\d+\]$/, '');
    const own = counts.get(id) ?? new Map<TaskState, number>();
    counts.set(id, own.set(state, (own.get(state) ?? 0) + 1));
  }
  return counts;
}
