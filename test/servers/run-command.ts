import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs?: number;
}

/** What the command prints; rejects with the end of its complaints. */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env, limitMs = 300_000 }: CommandOptions = {},
): Promise<string> {
  const options = {
    cwd,
    env: { ...process.env, ...env },
    timeout: limitMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 64 << 20,
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const why = error.killed
        ? `not done within ${limitMs} ms`
        : (stderr.trim() || stdout.trim()).slice(-800);
      reject(new Error(`${program} ${args[0] ?? ''}: ${why || error.message}`, { cause: error }));
    });
  });
}

/** Where the PATH has the program. */
export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the PATH goes on
  }
}
