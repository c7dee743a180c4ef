import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('functions.ts', import.meta.url));

/** One process that serves the example's functions. */
export interface FunctionProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Rejects where the process ends before it listens. */
export async function startFunctionProcess(): Promise<FunctionProcess> {
  const child = fork(PROGRAM, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(child, 'exit');
  const [first] = (await Promise.race([once(child, 'message'), ended.then(failed)])) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${first.port}`,
    pid: child.pid as number,
    async stop() {
      if (isRunning(child)) child.kill('SIGTERM');
      await ended;
    },
  };
}

function failed(): never {
  throw new Error('a process of functions ended before it listened');
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
