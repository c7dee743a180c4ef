import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface SpawnOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Default: the command line of Tidegate. */
  readonly program?: string;
}

/** A child process of this test, its output gathered. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(words: readonly string[], { cwd, environment, input, program = MAIN }: SpawnOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEGATE_'));
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...words], {
      cwd,
      env: { ...Object.fromEntries(inherited), ...environment },
    });
    this.child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk;
    });
    this.child.stdin?.on('error', () => {});
    this.child.stdin?.end(input ?? '');
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The first line of standard output that `test` accepts; rejects where the process ends before it. */
  async line(test: (line: string) => boolean): Promise<string> {
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    for await (const line of lines) if (test(line)) return line;
    const { code, stderr } = await this.ended;
    throw new Error(`ended with ${code} before the line came: ${stderr}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export function tidegate(words: readonly string[], options?: SpawnOptions): Promise<Ended> {
  return new Running(words, options).ended;
}

/** `tidegate start` on a free port. */
export async function startServer(
  dataDir: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly process: Running; readonly address: string }> {
  const process = new Running(['start', '--json', '--port', '0', '--data-dir', dataDir, ...words], {
    environment,
  });
  const first = JSON.parse(await process.line((line) => line.startsWith('{'))) as { address: string };
  return { process, address: first.address };
}
