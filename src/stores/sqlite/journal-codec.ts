import type { RunStatus } from '../../model/run.ts';
import type { RunChange, RunHead } from '../state-store.ts';
import { decodeTexts, encodeTexts } from './netstrings.ts';

/**
 * A checkpoint's run changes as one text, written to the journal in one row. Per change these netstrings:
 * key · `flags,cells,history entries,first sequence` · with a head `version,startedAt,endedAt,status`, labels (JSON or
 * empty) and body · key and value of each cell, in order, empty where it is removed (no JSON text is) · each history entry.
 */
const HEAD = 1;
const ENDED = 2;
const DELETED = 4;

export function encodeChanges(changes: readonly RunChange[]): string {
  const texts: string[] = [];
  for (const change of changes) pushChange(texts, change);
  return encodeTexts(texts);
}

function pushChange(texts: string[], change: RunChange): void {
  const { key, head, cells, history } = change;
  const flags = (head ? HEAD : 0) | (change.ended ? ENDED : 0) | (change.deleted ? DELETED : 0);
  texts.push(key, `${flags},${cells.length},${history?.length ?? 0},${change.historyFrom ?? 1}`);
  if (head) {
    texts.push(`${head.version},${head.startedAt},${head.endedAt ?? ''},${head.status}`);
    texts.push(head.labels ? JSON.stringify(head.labels) : '', head.body);
  }
  for (const [cell, value] of cells) texts.push(cell, value ?? '');
  if (history) for (const entry of history) texts.push(entry);
}

export function decodeChanges(encoded: string): RunChange[] {
  const texts = decodeTexts(encoded);
  const changes: RunChange[] = [];
  let at = 0;
  while (at < texts.length) {
    const key = texts[at]!;
    const [flags, count, entries, historyFrom] = texts[at + 1]!.split(',').map(Number) as FourNumbers;
    at += 2;
    let head: RunHead | undefined;
    if (flags & HEAD) {
      head = decodeHead(key, texts[at]!, texts[at + 1]!, texts[at + 2]!);
      at += 3;
    }
    const cells: [string, string | null][] = [];
    for (let i = 0; i < count; i += 1, at += 2) cells.push([texts[at]!, texts[at + 1] || null]);
    const history = texts.slice(at, at + entries);
    at += entries;
    changes.push({
      key,
      cells,
      ...(head && { head }),
      ...(entries > 0 && { history, historyFrom }),
      ...(flags & ENDED && { ended: true }),
      ...(flags & DELETED && { deleted: true }),
    });
  }
  return changes;
}

type FourNumbers = [number, number, number, number];

function decodeHead(key: string, numbers: string, labels: string, body: string): RunHead {
  const [version, startedAt, endedAt, status] = numbers.split(',') as [string, string, string, RunStatus];
  return {
    key,
    version: Number(version),
    status,
    startedAt: Number(startedAt),
    ...(endedAt !== '' && { endedAt: Number(endedAt) }),
    ...(labels !== '' && { labels: JSON.parse(labels) }),
    body,
  };
}
