import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { endWithProcess, hasEnded } from './orphans.ts';

/** A server program that can be started, wherever it comes from. */
export interface Software {
  /** "redis 7.0.15 (Debian package)" */
  readonly description: string;
  /** In the foreground, what it prints added to the file `log`; `folder` holds all that it reads and writes. */
  launch(args: readonly string[], place: { folder: string; log: string }): Promise<Launched>;
}

export interface Launched {
  readonly pid: number | undefined;
  /** Resolves with the reason when it has ended, however that came. */
  readonly ended: Promise<string>;
  signal(signal: NodeJS.Signals): Promise<void>;
}

/** A program of this machine; `command` is the program and the arguments that always come first. */
export function localSoftware(
  description: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Software {
  const [program = '', ...first] = command;
  return {
    description,
    async launch(args, { folder, log }) {
      const output = openSync(log, 'a');
      const child = spawn(program, [...first, ...args], {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', output, output],
        detached: true, // Ctrl-C in a terminal is for the one who started it
      });
      closeSync(output);
      child.unref();
      const { pid } = child;
      if (pid !== undefined) endWithProcess({ pid });
      const ended = once(child, 'exit').then(
        ([code, signal]) => `ended with ${signal ?? code}`,
        (error: Error) => error.message,
      );
      ended.then(() => hasEnded({ pid }));
      return {
        pid,
        ended,
        async signal(signal) {
          child.ref();
          child.kill(signal);
        },
      };
    },
  };
}
