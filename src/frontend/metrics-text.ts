import type { Metric, Sample } from '../workers/gateway.ts';

/** The Prometheus text format 0.0.4. */
export function metricsText(metrics: readonly Metric[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of metrics) {
    lines.push(
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
    );
    for (const sample of samples) lines.push(...linesOf(name, sample));
  }
  return `${lines.join('\n')}\n`;
}

function linesOf(name: string, { labels, value, buckets }: Sample): string[] {
  if (buckets === undefined) return [`${name}${labelsText(labels)} ${valueText(value)}`];
  return [
    ...buckets.map(
      ({ bound, count }) =>
        `${name}_bucket${labelsText({ ...labels, le: valueText(bound) })} ${valueText(count)}`,
    ),
    `${name}_sum${labelsText(labels)} ${valueText(value)}`,
    `${name}_count${labelsText(labels)} ${valueText(buckets.at(-1)!.count)}`,
  ];
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
