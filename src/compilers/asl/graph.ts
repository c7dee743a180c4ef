import type { Graph, GraphEdge, GraphGroup, GraphNode } from '../graph/graph.ts';
import { isDistributed, processorOf } from './map-parts.ts';
import type { State, StateMachine, States } from './model.ts';
import { Slugs } from './names.ts';

/** A state machine as a picture: its states, the ways between them, and a box around each branch and processor. */
export function machineGraph(machine: StateMachine, { title }: { readonly title?: string } = {}): Graph {
  const drawing: Drawing = { nodes: [], edges: [], groups: [], slugs: new Slugs() };
  draw(drawing, machine, undefined);
  const { nodes, edges, groups } = drawing;
  return { ...(title !== undefined && { title }), nodes, edges, groups };
}

interface Drawing {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
  readonly groups: GraphGroup[];
  readonly slugs: Slugs;
}

/** Draws the states inside the group; answers the id of the first. */
function draw(drawing: Drawing, states: States, group: string | undefined): string {
  const { nodes, edges, slugs } = drawing;
  const ids = new Map(Object.keys(states.States).map((name) => [name, slugs.of(name)]));
  for (const [name, state] of Object.entries(states.States)) {
    const id = ids.get(name)!;
    nodes.push({
      id,
      label: name,
      detail: detailOf(state),
      shape: state.Type === 'Choice' ? 'decision' : state.Type === 'Wait' ? 'event' : 'task',
      ...(group !== undefined && { group }),
    });
    for (const { to, label } of waysOf(state)) {
      edges.push({ from: id, to: ids.get(to)!, ...(label !== undefined && { label }) });
    }
    drawInner(drawing, id, name, state, group);
  }
  return ids.get(states.StartAt)!;
}

function drawInner(
  drawing: Drawing,
  id: string,
  name: string,
  state: State,
  group: string | undefined,
): void {
  const { groups, edges } = drawing;
  const inner: [label: string, states: States][] =
    state.Type === 'Parallel'
      ? state.Branches.map((branch, n) => [`${name}, branch ${n + 1}`, branch])
      : state.Type === 'Map'
        ? [[`${name}, each item${isDistributed(state) ? ' as a run' : ''}`, processorOf(state)]]
        : [];
  inner.forEach(([label, states], n) => {
    const box = `${id}.${n}`;
    groups.push({ id: box, label, ...(group !== undefined && { parent: group }) });
    edges.push({ from: id, to: draw(drawing, states, box) });
  });
}

function detailOf(state: State): string {
  const integration =
    state.Type === 'Task' ? /:::?([^:]+:[^:.]+)[^:]*$/.exec(state.Resource)?.[1] : undefined;
  return integration === undefined ? state.Type : `${state.Type}, ${integration}`;
}

function waysOf(state: State): { readonly to: string; readonly label?: string }[] {
  const ways: { to: string; label?: string }[] = [];
  if ('Next' in state && state.Next !== undefined) ways.push({ to: state.Next });
  if (state.Type === 'Choice') {
    for (const [n, { Next }] of state.Choices.entries()) ways.push({ to: Next, label: `rule ${n + 1}` });
    if (state.Default !== undefined) ways.push({ to: state.Default, label: 'default' });
  }
  if ('Catch' in state) {
    for (const { Next, ErrorEquals } of state.Catch ?? [])
      ways.push({ to: Next, label: ErrorEquals.join(', ') });
  }
  return ways;
}
