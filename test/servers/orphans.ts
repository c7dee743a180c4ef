import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { WatchOrder } from './orphan-watch.ts';

const WATCH = fileURLToPath(new URL('./orphan-watch.ts', import.meta.url));

/** What would outlive this process if it died. */
export type Leftover = Omit<WatchOrder, 'watch'>;

let watch: Socket | undefined;

/** From now on this ends with the process, even when that is killed. */
export function endWithProcess(leftover: Leftover): void {
  watch ??= startWatch();
  tell(watch, { watch: true, ...leftover });
}

/** It has ended already. */
export function hasEnded(leftover: Leftover): void {
  if (watch !== undefined) tell(watch, { watch: false, ...leftover });
}

function tell(input: Socket, order: WatchOrder): void {
  input.write(`${JSON.stringify(order)}\n`);
}

/** In a session of its own, so that Ctrl-C in a terminal leaves it to its work. */
function startWatch(): Socket {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WATCH], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const input = child.stdin as Socket;
  child.unref();
  input.unref();
  return input;
}
