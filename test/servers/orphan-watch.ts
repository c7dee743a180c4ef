import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Runs beside a process that has servers, as a process of its own. Told on standard input what that process started and
 * ended; when the input closes, because the process is gone in whatever way, ends what is left and removes its folders.
 */
export type WatchOrder = {
  readonly watch: boolean;
  readonly pid?: number;
  readonly container?: string;
  readonly folder?: string;
};

const left = new Map<string, WatchOrder>();

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as WatchOrder;
  const key = `${order.pid} ${order.container} ${order.folder}`;
  if (order.watch) left.set(key, order);
  else left.delete(key);
}
for (const { pid, container } of left.values()) {
  if (pid !== undefined) killIfThere(pid);
  if (container !== undefined) spawnSync('docker', ['rm', '--force', container], { stdio: 'ignore' });
}
for (const { folder } of left.values()) {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself, with nobody left to say so
  }
}
