import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithProcess, hasEnded } from './orphans.ts';
import type { RunningServer } from './running-server.ts';
import type { Launched, Software } from './software.ts';
import { until } from './waiting.ts';

export interface ServerPlan {
  readonly software: Software;
  readonly args: readonly string[];
  readonly folders: ServerFolders;
  /** `printed` is what it has printed since it was launched. */
  answers(printed: string): boolean | Promise<boolean>;
  readonly limitMs?: number;
}

/** A temporary folder of one server: `data` inside it, and its log beside that. */
export interface ServerFolders {
  readonly folder: string;
  readonly dataDir: string;
  readonly log: string;
}

export function makeFolders(kind: string): ServerFolders {
  const folder = mkdtempSync(join(tmpdir(), `tidegate-${kind}-`));
  endWithProcess({ folder });
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  return { folder, dataDir, log: join(folder, 'server.log') };
}

/** A server as a process that can be killed and started again. */
export class ServerProcess implements RunningServer {
  readonly description: string;
  readonly #plan: ServerPlan;
  #running: Launched | undefined;
  #stopped = false;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.description = plan.software.description;
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  async start(): Promise<void> {
    const { software, args, folders, answers, limitMs } = this.#plan;
    if (this.#stopped) throw new Error(`${this.description} was stopped for good; it cannot start again`);
    if (this.#running !== undefined)
      throw new Error(`${this.description} is running; kill it before it starts again`);
    const before = this.#printed().length;
    const running = await software.launch(args, folders);
    this.#running = running;
    let end: string | undefined;
    running.ended.then((reason) => {
      end = reason;
      if (this.#running === running) this.#running = undefined;
    });
    const settled = async () => end !== undefined || (await answers(this.#printed().slice(before)));
    try {
      await until(settled, { what: `${this.description} to answer`, ...(limitMs && { limitMs }) });
      if (end !== undefined) throw new Error(`${this.description} ${end} before it answered`);
    } catch (error) {
      await this.kill();
      const { message } = error as Error;
      throw new Error(`${message}\n${this.#printed().slice(before).slice(-2_000)}`, { cause: error });
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    await running.signal(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    await running.ended;
    this.#running = undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.kill();
    const { folder } = this.#plan.folders;
    rmSync(folder, { recursive: true, force: true });
    hasEnded({ folder });
  }

  #printed(): string {
    try {
      return readFileSync(this.#plan.folders.log, 'utf8');
    } catch {
      return ''; // nothing printed yet
    }
  }
}
