import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endWithProcess, hasEnded } from '../../test/servers/orphans.ts';
import type { Installation } from './installation.ts';

/** Linux counts a process's CPU a hundred times a second, on every machine there is a Node for. */
const MICROSECONDS_PER_TICK = 10_000;
const START_LIMIT_MS = 60_000;

/** A worker or front end as people run it: the command line in a process of its own, with default settings. */
export class RoleProcess {
  readonly #child: ChildProcess;
  readonly #listening: Promise<string>;

  constructor(
    role: 'worker' | 'frontend',
    { environment, servers }: Installation,
    /** Folder for a CPU profile, written when the process ends. */
    profile?: string,
  ) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEGATE_'));
    // The flags of `npm run tidegate`.
    const flags = ['--max-semi-space-size=64', '--disable-warning=ExperimentalWarning'];
    if (profile !== undefined) flags.push('--cpu-prof', `--cpu-prof-dir=${profile}`);
    this.#child = spawn(process.execPath, [...flags, servers.command, role, '--json'], {
      env: {
        ...Object.fromEntries(inherited),
        ...environment,
        // Functions and servers of the benchmark are on the loopback.
        TIDEGATE_ALLOW_ADDRESSES: '127.0.0.1/32',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithProcess({ pid: this.pid });
    // What it logs, which is errors alone, but not what it tells people.
    createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      if (line.startsWith('{')) console.error(line);
    });
    this.#listening = this.#firstLine();
    this.#listening.catch(() => undefined); // whoever asks for the address hears of it
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Where it listens; rejects where it ends before. */
  address(): Promise<string> {
    return this.#listening;
  }

  /** Resident memory in bytes, now and at its most. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const of = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024;
    return { now: of('VmRSS'), most: of('VmHWM') };
  }

  /** CPU used so far, user and system; microseconds, in steps of 10,000. */
  cpu(): number {
    const [, , , , , , , , , , , , , user, system] = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      .replace(/\(.*\)/, '-')
      .split(' ');
    return (Number(user) + Number(system)) * MICROSECONDS_PER_TICK;
  }

  /** Without waiting for its end. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill(signal);
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    }
    hasEnded({ pid: this.pid });
  }

  async #firstLine(): Promise<string> {
    const lines = createInterface({ input: this.#child.stdout! });
    const late = setTimeout(() => this.#child.kill('SIGKILL'), START_LIMIT_MS);
    const line: unknown = await Promise.race([
      once(lines, 'line').then(([line]) => line),
      once(this.#child, 'exit').then(() => undefined),
    ]);
    clearTimeout(late);
    if (typeof line !== 'string') throw new Error('a process of Tidegate ended before it listened');
    return (JSON.parse(line) as { address: string }).address;
  }
}
