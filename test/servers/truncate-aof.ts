import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisServer } from './running-server.ts';

/**
 * Takes its last moments from a Redis that was killed, as when the machine dies before the append-only file is on the disk:
 * the last `bytes`, or everything written in the last `lastMs` before its last write. The cut is made between commands,
 * outside transactions, so at least that much is gone; by time at most a second more, the resolution of the file's time
 * stamps. What it had before the file was last rewritten stays.
 */
export function truncateAof(
  server: RedisServer,
  loss: number | { readonly lastMs: number },
): { readonly bytes: number; readonly commands: number } {
  if (server.pid !== undefined) throw new Error(`${server.description} is running; kill it first`);
  const path = lastIncrement(server.dataDir);
  const log = readFileSync(path);
  const entries = entriesOf(log);
  const keepsUntil =
    typeof loss === 'number'
      ? (entry: Entry) => entry.end <= log.length - loss
      : (entry: Entry) => (entry.second + 1) * 1_000 <= statSync(path).mtimeMs - loss.lastMs;
  const firstLost = entries.findIndex((entry) => !keepsUntil(entry));
  if (firstLost < 0) return { bytes: 0, commands: 0 };
  const lost = entries.slice(firstLost);
  const end = lost[0]!.start;
  truncateSync(path, end);
  return { bytes: log.length - end, commands: lost.reduce((sum, { commands }) => sum + commands, 0) };
}

/** Redis 7 keeps a base and the increments since; a stopped server writes to the last of these. */
function lastIncrement(dataDir: string): string {
  const folder = join(dataDir, 'appendonlydir');
  const numbered = readdirSync(folder).flatMap((name) => {
    const [, number] = /\.(\d+)\.incr\.aof$/.exec(name) ?? [];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  const last = numbered.toSorted((a, b) => b.number - a.number)[0];
  if (last === undefined) throw new Error(`no increment of an append-only file in ${folder}`);
  return join(folder, last.name);
}

/** A command, or a transaction with all that is in it. */
interface Entry {
  readonly start: number;
  readonly end: number;
  readonly commands: number;
  /** Of its time stamp, in Unix seconds. */
  readonly second: number;
}

/** What is cut short at the end by the kill itself belongs to no entry: Redis drops it when it loads the file. */
function entriesOf(log: Buffer): Entry[] {
  const entries: Entry[] = [];
  let second = 0;
  let transaction: { start: number; commands: number } | undefined;
  for (let at = 0; at < log.length; ) {
    const line = lineAt(log, at);
    if (line === undefined) break;
    if (line.text.startsWith('#')) {
      second = Number(/^#TS:(\d+)/.exec(line.text)?.[1] ?? second);
      at = line.end;
      continue;
    }
    const command = commandAt(log, at);
    if (command === undefined) break;
    if (command.name === 'MULTI') transaction = { start: at, commands: 0 };
    if (transaction === undefined) entries.push({ start: at, end: command.end, commands: 1, second });
    else transaction.commands += 1;
    if (command.name === 'EXEC' && transaction !== undefined) {
      entries.push({ ...transaction, commands: transaction.commands - 2, end: command.end, second });
      transaction = undefined;
    }
    at = command.end;
  }
  return entries;
}

/** `*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n`: an array of strings, each with its length. */
function commandAt(log: Buffer, at: number): { name: string; end: number } | undefined {
  const header = lineAt(log, at);
  if (header?.text[0] !== '*') throw new Error(`no command at byte ${at} of the append-only file`);
  let name = '';
  let end = header.end;
  for (let word = 0; word < Number(header.text.slice(1)); word++) {
    const length = lineAt(log, end);
    if (length === undefined) return undefined;
    const from = length.end;
    end = from + Number(length.text.slice(1)) + 2;
    if (end > log.length) return undefined;
    if (word === 0) name = log.toString('latin1', from, end - 2).toUpperCase();
  }
  return { name, end };
}

function lineAt(log: Buffer, at: number): { text: string; end: number } | undefined {
  const end = log.indexOf('\r\n', at, 'latin1');
  return end < 0 ? undefined : { text: log.toString('latin1', at, end), end: end + 2 };
}
