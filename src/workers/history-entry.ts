import type { HistoryEntry } from '../engine/index.ts';

/** An input of a run as the API shows it: times are RFC 3339, a timer's own is `dueAt`. */
export interface HistoryItem {
  readonly sequence: number;
  readonly at: string;
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** From the entry as it is stored, JSON text. */
export function historyItem(sequence: number, text: string): HistoryItem {
  const { now, at, kind, ...rest } = JSON.parse(text) as { now: number; at?: number; kind: string };
  return {
    sequence,
    at: new Date(now).toISOString(),
    kind,
    ...rest,
    ...(at !== undefined && { dueAt: new Date(at).toISOString() }),
  };
}

/** Back to what the engine took. */
export function historyEntry({ sequence: _, at, ...input }: HistoryItem): HistoryEntry {
  const { dueAt, ...rest } = input as Omit<HistoryItem, 'sequence' | 'at'> & { dueAt?: string };
  const entry = { ...rest, ...(dueAt !== undefined && { at: Date.parse(dueAt) }), now: Date.parse(at) };
  return entry as unknown as HistoryEntry;
}
