import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithProcess, hasEnded } from '../../test/servers/orphans.ts';

/** A program of this folder in a process of its own, which tells what it finds by messages. */
export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #name: string;

  /** `order` is its only argument, as JSON. */
  constructor(name: string, order?: object) {
    this.#name = name;
    const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
    this.#child = fork(program, order === undefined ? [] : [JSON.stringify(order)], {
      execArgv: [
        '--max-semi-space-size=64',
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=TimeoutNegativeWarning',
      ],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    endWithProcess({ pid: this.#child.pid! });
  }

  /** Its next message. Rejects when it ends before, or says nothing for `limitMs`. */
  async next(limitMs = 120_000): Promise<unknown> {
    const late = setTimeout(() => this.end(), limitMs);
    try {
      return await new Promise((resolve, reject) => {
        this.#child.once('message', resolve);
        this.#child.once('error', reject);
        this.#child.once('exit', (code) => reject(new Error(`${this.#name} ended with ${code}`)));
      });
    } finally {
      clearTimeout(late);
      this.#child.removeAllListeners();
    }
  }

  ask(): void {
    this.#child.send('now');
  }

  end(): void {
    this.#child.kill('SIGKILL');
    hasEnded({ pid: this.#child.pid! });
  }
}

/** The only message of a program that then has nothing more to say. */
export async function resultOf(name: string, order: object): Promise<unknown> {
  const program = new ChildProgram(name, order);
  try {
    return await program.next();
  } finally {
    program.end();
  }
}
