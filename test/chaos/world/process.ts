import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithProcess, hasEnded } from '../../servers/orphans.ts';
import { pause } from './pause.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

interface Handle {
  readonly type: string;
  readonly is_active: boolean;
  readonly is_referenced: boolean;
  readonly localEndpoint?: { readonly port: number };
  readonly remoteEndpoint?: { readonly port: number };
}

export interface ProcessPlan {
  readonly role: 'worker' | 'frontend';
  /** For people: "worker 2". */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes its standard error. */
  readonly logFile: string;
}

/** A diagnostic report tells what a process that does not end is waiting for. */
const REPORT_SIGNAL = 'SIGUSR2';
const NODE_OPTIONS = [
  '--max-semi-space-size=16',
  '--disable-warning=ExperimentalWarning',
  '--report-on-signal',
  `--report-signal=${REPORT_SIGNAL}`,
  '--report-exclude-env',
];
const REPORT_MS = 3_000;

/** One process of the product, as a user would start it. */
export class ProductProcess {
  readonly name: string;
  /** Resolves with how it ended: "exit 0", "SIGKILL". */
  readonly ended: Promise<string>;
  /** It was told to end, or killed. */
  condemned = false;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #loggedBefore: number;
  #end: string | undefined;

  constructor({ role, name, environment, logFile }: ProcessPlan) {
    this.name = name;
    this.#logFile = logFile;
    const log = openSync(logFile, 'a');
    this.#loggedBefore = readFileSync(logFile).length;
    const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('TIDEGATE_'));
    this.#child = spawn(
      process.execPath,
      [...NODE_OPTIONS, `--report-directory=${dirname(logFile)}`, MAIN, role, '--json'],
      { env: { ...Object.fromEntries(inherited), ...environment }, stdio: ['ignore', 'pipe', log] },
    );
    closeSync(log);
    const { pid } = this.#child;
    if (pid !== undefined) endWithProcess({ pid });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        if (pid !== undefined) hasEnded({ pid });
        this.#end = signal ?? `exit ${code}`;
        resolve(this.#end);
      });
    });
  }

  get alive(): boolean {
    return this.#end === undefined;
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves with the address it listens at; rejects when it ends before it does. */
  async listening(): Promise<string> {
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const { state, address } = JSON.parse(line) as { state?: string; address?: string };
      if (state === 'listening' && address !== undefined) {
        this.#child.stdout!.resume();
        return address;
      }
    }
    throw new Error(`${this.name} ended with ${await this.ended} before it listened: ${this.printed()}`);
  }

  /** The end of what it wrote to standard error. */
  printed(): string {
    return readFileSync(this.#logFile).subarray(this.#loggedBefore).toString('utf8').trim().slice(-600);
  }

  /** What keeps it alive: its open handles, one word each. */
  async handles(): Promise<string> {
    const folder = dirname(this.#logFile);
    const reports = () => readdirSync(folder).filter((name) => name.includes(`.${this.pid}.`));
    if (this.alive) this.#child.kill(REPORT_SIGNAL);
    for (let left = REPORT_MS; left > 0 && reports().length === 0; left -= 100) await pause(100);
    // It may still be being written.
    await pause(200);
    const [name] = reports();
    if (name === undefined) return 'no report';
    const { libuv } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { libuv: readonly Handle[] };
    return libuv
      .filter(({ is_active, is_referenced }) => is_active && is_referenced)
      .map(({ type, remoteEndpoint, localEndpoint }) =>
        [type, localEndpoint?.port, remoteEndpoint?.port].filter((each) => each !== undefined).join(':'),
      )
      .join(' ');
  }

  /** Every signal but SIGSTOP and SIGCONT condemns it. */
  signal(signal: NodeJS.Signals): void {
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') this.condemned = true;
    if (this.alive) this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}
