import { type Graph, type GraphNode, STATE_COLOURS } from './graph.ts';

/** Writes the graph as a Mermaid flowchart. Ids are numbers of its own, so no name can break the syntax. */
export function renderMermaid(graph: Graph): string {
  const idOf = new Map(graph.nodes.map(({ id }, place) => [id, `n${place}`]));
  const lines = ['flowchart TD'];
  const draw = (group: string | undefined, indent: string) => {
    for (const node of graph.nodes.filter((each) => each.group === group)) {
      lines.push(`${indent}${idOf.get(node.id)}${shapeOf(node)}${node.state ? `:::${node.state.name}` : ''}`);
    }
    graph.groups.forEach(({ id, label, parent }, place) => {
      if (parent !== group) return;
      lines.push(`${indent}subgraph g${place}["${escapeText(label)}"]`);
      draw(id, `${indent}  `);
      lines.push(`${indent}end`);
    });
  };
  draw(undefined, '  ');
  for (const { from, to, label } of graph.edges) {
    lines.push(
      `  ${idOf.get(from)} -->${label === undefined ? '' : `|"${escapeText(label)}"|`} ${idOf.get(to)}`,
    );
  }
  for (const name of new Set(graph.nodes.flatMap(({ state }) => state?.name ?? []))) {
    const colours = STATE_COLOURS[name];
    if (colours !== undefined) lines.push(`  classDef ${name} fill:${colours.fill},stroke:${colours.line}`);
  }
  return `${lines.join('\n')}\n`;
}

function shapeOf({ shape, label, detail, state }: GraphNode): string {
  const text = [label, state?.text ?? detail]
    .filter((part) => part !== undefined)
    .map(escapeText)
    .join('<br/>');
  if (shape === 'event') return `(["${text}"])`;
  return shape === 'decision' ? `{{"${text}"}}` : `["${text}"]`;
}

/** Mermaid's own entities: `#` and a code point. */
function escapeText(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9 _.,:()[\]/=+*-]/gu, (character) => `#${character.codePointAt(0)};`);
}
