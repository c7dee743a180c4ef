import { type Graph, type GraphNode, STATE_COLOURS } from './graph.ts';
import { type Box, type Layout, layoutOf, MAXIMUM_LABEL } from './layout.ts';

const PLAIN = { fill: '#ffffff', line: '#3f3f46' };

/** Draws the graph as an SVG document of its own: no scripts, no references, all text escaped. */
export function renderSvg(graph: Graph): string {
  const layout = layoutOf(graph);
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  const title = graph.title ?? 'workflow';
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escapeText(title)}</title>`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#71717a"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...graph.groups.map(({ id, label }) => groupOf(layout.groups.get(id)!, label)),
    ...graph.edges.map((edge) => edgeOf(edge.label, layout, edge.from, edge.to)),
    ...graph.nodes.map((node) => nodeOf(node, layout.nodes.get(node.id)!)),
    '</svg>',
  ].join('\n')}\n`;
}

function groupOf({ x, y, width, height }: Box, label: string): string {
  return `<g><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8" fill="#fafafa" fill-opacity="0.6" stroke="#a1a1aa" stroke-dasharray="5 3"/><text x="${round(x + 10)}" y="${round(y + 15)}" fill="#52525b" font-size="12">${text(label)}</text></g>`;
}

function edgeOf(label: string | undefined, { nodes }: Layout, from: string, to: string): string {
  const start = nodes.get(from)!;
  const end = nodes.get(to)!;
  const x1 = start.x + start.width / 2;
  const y1 = start.y + start.height;
  const x2 = end.x + end.width / 2;
  const y2 = end.y;
  const bend = Math.max(18, Math.abs(y2 - y1) / 2);
  const path = `<path d="M${round(x1)} ${round(y1)}C${round(x1)} ${round(y1 + bend)} ${round(x2)} ${round(y2 - bend)} ${round(x2)} ${round(y2)}" fill="none" stroke="#71717a" marker-end="url(#arrow)"/>`;
  if (label === undefined) return path;
  return `${path}<text x="${round((x1 + x2) / 2)}" y="${round((y1 + y2) / 2)}" text-anchor="middle" fill="#52525b" font-size="11">${text(label)}</text>`;
}

function nodeOf(node: GraphNode, { x, y, width, height }: Box): string {
  const { fill, line } = (node.state && STATE_COLOURS[node.state.name]) ?? PLAIN;
  const centre = round(x + width / 2);
  const lower = node.state?.text ?? node.detail;
  const full = [node.label, node.detail, node.state?.text].filter((part) => part !== undefined).join(' · ');
  const radius = node.shape === 'event' ? height / 2 : node.shape === 'decision' ? 0 : 7;
  return [
    `<g><title>${escapeText(full)}</title>`,
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" fill="${fill}" stroke="${line}" stroke-width="${node.shape === 'decision' ? 2.5 : 1.4}"/>`,
    `<text x="${centre}" y="${round(y + (lower === undefined ? 28 : 20))}" text-anchor="middle" fill="#18181b">${text(node.label)}</text>`,
    ...(lower === undefined
      ? []
      : [
          `<text x="${centre}" y="${round(y + 36)}" text-anchor="middle" fill="${line}" font-size="11">${text(lower)}</text>`,
        ]),
    '</g>',
  ].join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function text(value: string): string {
  return escapeText(value.length > MAXIMUM_LABEL ? `${value.slice(0, MAXIMUM_LABEL - 1)}…` : value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that XML 1.0 cannot hold are left out. */
function escapeText(value: string): string {
  return value
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}
