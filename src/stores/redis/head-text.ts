import type { RunStatus } from '../../model/run.ts';
import type { RunHead } from '../state-store.ts';
import { timeText } from './store-keys.ts';

/**
 * A head as one text: `STARTED STATUS ENDED VERSION BYTES LABELS BODY`, with "-" for no end and the labels as
 * `length:name` and `length:value` one after the other (lengths in bytes of UTF-8). The scripts read its first words.
 */
export function encodeHead(head: RunHead): string {
  const { startedAt, status, endedAt, version, labels, body } = head;
  const text = labels === undefined ? '' : encodeLabels(labels);
  const bytes = labels === undefined ? '-' : `${Buffer.byteLength(text)}`;
  return `${timeText(startedAt)} ${status} ${endedAt ?? '-'} ${version} ${bytes} ${text}${body}`;
}

export function decodeHead(key: string, text: string): RunHead {
  const match = /^(\d+) (\w+) (\S+) (\d+) (\d+|-) /.exec(text)!;
  const rest = text.slice(match[0].length);
  const labels = match[5] === '-' ? undefined : decodeLabels(rest, Number(match[5]));
  return {
    key,
    version: Number(match[4]),
    status: match[2] as RunStatus,
    startedAt: Number(match[1]),
    ...(match[3] !== '-' && { endedAt: Number(match[3]) }),
    ...(labels && { labels: labels.labels }),
    body: labels === undefined ? rest : rest.slice(labels.length),
  };
}

/** The index of runs with a label. */
export function labelIndex(name: string, value: string): string {
  return `by-label:${Buffer.byteLength(name)}:${name}=${value}`;
}

function encodeLabels(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const [name, value] of Object.entries(labels)) text += counted(name) + counted(value);
  return text;
}
function counted(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** The labels in the first `bytes` bytes of a text, and how many UTF-16 units they take. */
function decodeLabels(text: string, bytes: number): { labels: Record<string, string>; length: number } {
  const data = Buffer.from(text, 'utf8').subarray(0, bytes);
  const labels: [string, string][] = [];
  let at = 0;
  const next = () => {
    const colon = data.indexOf(0x3a, at);
    const from = colon + 1;
    at = from + Number(data.toString('latin1', at, colon));
    return data.toString('utf8', from, at);
  };
  while (at < bytes) labels.push([next(), next()]);
  return { labels: Object.fromEntries(labels), length: data.toString('utf8').length };
}
