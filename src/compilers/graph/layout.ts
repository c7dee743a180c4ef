import type { Graph, GraphNode } from './graph.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Layout {
  readonly nodes: ReadonlyMap<string, Box>;
  readonly groups: ReadonlyMap<string, Box>;
  readonly width: number;
  readonly height: number;
}

const NODE_HEIGHT = 46;
const ROW_GAP = 44;
const NODE_GAP = 24;
const PADDING = 16;
const GROUP_HEAD = 22;
const CHARACTER = 7.4;
export const MAXIMUM_LABEL = 32;

/**
 * Rows by longest path, each row ordered by where its neighbours stand. Every group has a strip of the width to itself, so
 * boxes never overlap, and the groups within it have strips of that.
 */
export function layoutOf(graph: Graph): Layout {
  const rowOf = rowsOf(graph);
  const nodes = new Map<string, Box>();
  const groups = new Map<string, Box>();
  const rank = ranks(graph, rowOf);
  const depth = new Map<number, number>();
  for (const { id, group } of graph.nodes) {
    const row = rowOf.get(id)!;
    depth.set(row, Math.max(depth.get(row) ?? 0, levels(graph, group)));
  }
  const deepest = Math.max(0, ...depth.values());
  const y = (row: number) => PADDING + deepest * GROUP_HEAD + row * (NODE_HEIGHT + ROW_GAP);

  const place = (group: string | undefined, left: number): number => {
    const own = graph.nodes.filter((node) => node.group === group);
    let right = left;
    const rows = Map.groupBy(own, ({ id }) => rowOf.get(id)!);
    const widths = [...rows.values()].map(
      (row) => row.reduce((sum, node) => sum + widthOf(node) + NODE_GAP, 0) - NODE_GAP,
    );
    const strip = Math.max(0, ...widths);
    for (const [row, members] of rows) {
      const ordered = members.toSorted((a, b) => rank.get(a.id)! - rank.get(b.id)!);
      const width = ordered.reduce((sum, node) => sum + widthOf(node) + NODE_GAP, 0) - NODE_GAP;
      let x = left + (strip - width) / 2;
      for (const node of ordered) {
        nodes.set(node.id, { x, y: y(row), width: widthOf(node), height: NODE_HEIGHT });
        x += widthOf(node) + NODE_GAP;
      }
    }
    if (own.length > 0) right = left + strip + NODE_GAP;
    for (const { id, label } of graph.groups.filter(({ parent }) => parent === group)) {
      const inner = place(id, right + PADDING);
      const width = Math.max(inner - NODE_GAP - right + PADDING, label.length * CHARACTER + 2 * PADDING);
      groups.set(id, boxAround(graph, id, nodes, groups, right, width));
      right += width + NODE_GAP;
    }
    return right;
  };
  const right = place(undefined, PADDING);
  const rows = Math.max(0, ...rowOf.values());
  return { nodes, groups, width: right - NODE_GAP + PADDING, height: y(rows) + NODE_HEIGHT + 2 * PADDING };
}

export function widthOf({ label, detail = '', state }: GraphNode): number {
  const longest = Math.max(label.length, detail.length * 0.85, (state?.text.length ?? 0) * 0.85);
  return Math.round(Math.max(90, Math.min(longest, MAXIMUM_LABEL) * CHARACTER + 2 * PADDING));
}

function boxAround(
  graph: Graph,
  group: string,
  nodes: ReadonlyMap<string, Box>,
  groups: ReadonlyMap<string, Box>,
  x: number,
  width: number,
): Box {
  const inner = [
    ...graph.nodes.filter((node) => node.group === group).map(({ id }) => nodes.get(id)!),
    ...graph.groups.filter(({ parent }) => parent === group).map(({ id }) => groups.get(id)!),
  ];
  const top = Math.min(...inner.map((box) => box.y)) - GROUP_HEAD;
  const bottom = Math.max(...inner.map((box) => box.y + box.height)) + PADDING / 2;
  return inner.length === 0
    ? { x, y: PADDING, width, height: GROUP_HEAD }
    : { x, y: top, width, height: bottom - top };
}

function levels(graph: Graph, group: string | undefined): number {
  let count = 0;
  for (let at = group; at !== undefined; at = graph.groups.find(({ id }) => id === at)?.parent) count++;
  return count;
}

/** Longest path from a node nothing leads to; edges of a cycle that lead back are passed over. */
function rowsOf({ nodes, edges }: Graph): Map<string, number> {
  const missing = new Map(nodes.map(({ id }) => [id, 0]));
  const out = Map.groupBy(
    edges.filter(({ from, to }) => from !== to),
    ({ from }) => from,
  );
  for (const { from, to } of edges) if (from !== to) missing.set(to, (missing.get(to) ?? 0) + 1);
  const row = new Map(nodes.map(({ id }) => [id, 0]));
  const done = new Set<string>();
  const ready = nodes.filter(({ id }) => missing.get(id) === 0).map(({ id }) => id);
  for (;;) {
    const next = ready.shift() ?? nodes.find(({ id }) => !done.has(id))?.id;
    if (next === undefined) return row;
    if (done.has(next)) continue;
    done.add(next);
    for (const { to } of out.get(next) ?? []) {
      if (done.has(to)) continue;
      row.set(to, Math.max(row.get(to)!, row.get(next)! + 1));
      const left = missing.get(to)! - 1;
      missing.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
}

/** Where a node would like to stand in its row: the mean of those above it. */
function ranks({ nodes, edges }: Graph, rowOf: ReadonlyMap<string, number>): Map<string, number> {
  const rank = new Map(nodes.map(({ id }, place) => [id, place]));
  const above = Map.groupBy(edges, ({ to }) => to);
  const byRow = nodes.toSorted((a, b) => rowOf.get(a.id)! - rowOf.get(b.id)!);
  for (const { id } of byRow) {
    const parents = above.get(id) ?? [];
    if (parents.length === 0) continue;
    rank.set(id, parents.reduce((sum, { from }) => sum + (rank.get(from) ?? 0), 0) / parents.length);
  }
  return rank;
}
