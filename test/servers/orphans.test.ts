import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { until } from './waiting.ts';

const SCRIPT = fileURLToPath(new URL('./forgotten-server.ts', import.meta.url));

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a server and its data go when %s ends the process that started it',
  async (signal) => {
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT]);
    const [printed] = (await once(child.stdout!, 'data')) as [Buffer];
    const { pid, dataDir } = JSON.parse(`${printed}`) as { pid: number; dataDir: string };
    expect(isThere(pid)).toBe(true);
    child.kill(signal);
    await until(() => !isThere(pid), { what: `the end of ${pid}` });
    await until(() => !existsSync(dataDir), { what: `the end of ${dataDir}` });
  },
);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
