import type { Checkpoint } from '../stores/state-store.ts';

/** Bytes of a checkpoint's contents, estimated at one per character: what is written is mostly ASCII. */
export function estimatedBytes({
  dedupe,
  runs,
  deadLetters,
}: Pick<Checkpoint, 'dedupe' | 'runs' | 'deadLetters'>): number {
  let bytes = dedupe.byteLength;
  for (const { key, head, cells, history } of runs) {
    bytes += key.length + (head?.body.length ?? 0);
    for (const [cell, value] of cells) bytes += cell.length + (value?.length ?? 0);
    if (history !== undefined) for (const entry of history) bytes += entry.length;
  }
  for (const { message, event, effect } of deadLetters)
    bytes += message.length + (event?.length ?? 0) + (effect?.length ?? 0);
  return bytes;
}
