import type { Checkpoint, DeadLetter, RunChange } from '../state-store.ts';
import type { StoreOptions } from '../store-options.ts';
import { encodeHead } from './head-text.ts';
import type { Argument } from './redis-connection.ts';
import { timeText } from './store-keys.ts';

/** The arguments of `lua/checkpoint.lua`, flat: what a run's change does is a few operations after its key. */
export function checkpointArguments(
  prefix: string,
  checkpoint: Checkpoint,
  options: StoreOptions,
): Argument[] {
  const { owner, number, position, dedupe, dedupeDropped, runs, deadLetters } = checkpoint;
  const { limits, finishedRunsMs, deadLettersMs } = options;
  const now = options.now();
  const args: Argument[] = [
    prefix,
    owner.token,
    String(owner.epoch),
    String(number),
    String(position),
    encodeBlock(dedupe),
    String(dedupeDropped),
    String(limits.finishedRuns),
    finishedRunsMs === undefined ? '-' : String(now - finishedRunsMs),
    String(limits.deadLetters),
    deadLettersMs === undefined ? '-' : timeText(now - deadLettersMs),
  ];
  for (let i = 0; i < runs.length; i++) pushChange(args, runs[i]!);
  for (const letter of deadLetters) {
    args.push('X', letter.id, deadLetterMember(letter), JSON.stringify(letter));
  }
  return args;
}

function pushChange(args: Argument[], { key, head, cells, history, ended, deleted }: RunChange): void {
  args.push('R', key);
  if (deleted) {
    args.push('D');
    return;
  }
  const entries = history?.length ?? 0;
  if (head !== undefined) args.push('H', String(entries), encodeHead(head));
  else if (entries > 0) args.push('L', String(entries));
  for (let i = 0; i < entries; i++) args.push(history![i]!);
  if (ended) args.push('E');
  else if (cells.length > 0) pushCells(args, cells);
}

/** Pending effects and timers stand apart from the other cells; what is set goes before what is removed. */
function pushCells(args: Argument[], cells: RunChange['cells']): void {
  let set = 0;
  let removed = 0;
  let setPending = 0;
  let removedPending = 0;
  for (let i = 0; i < cells.length; i++) {
    const [cell, value] = cells[i]!;
    if (isPending(cell)) value === null ? removedPending++ : setPending++;
    else value === null ? removed++ : set++;
  }
  const mixed = set + setPending > 0 && removed + removedPending > 0;
  if (mixed && new Set(cells.map(([cell]) => cell)).size < cells.length) {
    // A cell that is both set and removed: the last word counts.
    pushCells(args, [...new Map(cells)]);
    return;
  }
  if (set > 0) {
    args.push('C', String(2 * set));
    for (const [cell, value] of cells) if (value !== null && !isPending(cell)) args.push(cell, value);
  }
  if (removed > 0) {
    args.push('c', String(removed));
    for (const [cell, value] of cells) if (value === null && !isPending(cell)) args.push(cell);
  }
  if (setPending > 0) {
    args.push('P', String(2 * setPending));
    for (const [cell, value] of cells) if (value !== null && isPending(cell)) args.push(cell, value);
  }
  if (removedPending > 0) {
    args.push('p', String(removedPending));
    for (const [cell, value] of cells) if (value === null && isPending(cell)) args.push(cell);
  }
}

function isPending(cell: string): boolean {
  const kind = cell.charCodeAt(0);
  return kind === 0x65 || kind === 0x74; // e, t
}

/** The entry of the index of dead letters: the time, the id, and what lists are filtered by. */
export function deadLetterMember({ at, id, workflow, run }: DeadLetter): string {
  return `${timeText(at)} ${Buffer.byteLength(id)}:${id}${JSON.stringify([workflow ?? null, run ?? null])}`;
}

/** Base64 of the numbers, little-endian: a command with only text in it is built several times as fast. */
function encodeBlock(block: Uint32Array): string {
  return Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('base64');
}
export function decodeBlock(text: string): Uint32Array {
  const data = Buffer.from(text, 'base64');
  const block = new Uint32Array(data.length / 4);
  for (let i = 0; i < block.length; i++) block[i] = data.readUInt32LE(4 * i);
  return block;
}
