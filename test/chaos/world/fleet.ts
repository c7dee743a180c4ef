import { join } from 'node:path';
import { freePort } from '../../servers/free-port.ts';
import { EVENT_BYTES, HISTORY_ENTRIES, LEASE_MS, PARTITIONS } from '../options.ts';
import type { Slot } from './ground.ts';
import { pause, within } from './pause.ts';
import { ProductProcess } from './process.ts';

/** A graceful end takes longer than this only where something hangs. */
const STOP_MS = 15_000;
const START_MS = 20_000;

/** A worker or front end in its slot: the process there now, or none. */
export class Member {
  readonly role: 'worker' | 'frontend';
  readonly slot: Slot;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #notice: (line: string) => void;
  process: ProductProcess | undefined;
  /** Why it did not start the last time it was tried. */
  trouble = '';
  /** Milliseconds that its last start and its last stop took. */
  readonly took = { startMs: 0, stopMs: 0 };
  #wanted = false;

  constructor(
    role: 'worker' | 'frontend',
    slot: Slot,
    environment: Readonly<Record<string, string>>,
    folder: string,
    notice: (line: string) => void,
  ) {
    this.role = role;
    this.slot = slot;
    this.#environment = environment;
    this.#folder = folder;
    this.#notice = notice;
  }

  get name(): string {
    return `${this.role} ${this.slot.index}`;
  }
  get running(): boolean {
    return this.#wanted;
  }

  /** Starts it, again and again while what it stands on is away, as a supervisor would. */
  async start(): Promise<void> {
    this.#wanted = true;
    const began = Date.now();
    while (this.#wanted) {
      const { role, name } = this;
      const started = new ProductProcess({
        role,
        name,
        environment: { ...this.slot.environment, ...this.#environment },
        logFile: join(this.#folder, `${name.replace(' ', '-')}.log`),
      });
      this.process = started;
      try {
        await within(START_MS, `${name} to listen`, started.listening());
        this.took.startMs = Date.now() - began;
        void started.ended.then((end) => {
          if (!started.condemned) this.#notice(`${name} ended by itself (${end}): ${started.printed()}`);
        });
        return;
      } catch (error) {
        this.trouble = String(error);
        await started.kill();
        await pause(200);
      }
    }
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#wanted = false;
    await this.process?.kill();
    this.process = undefined;
  }

  /** SIGTERM, and SIGKILL when that is ignored. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const { process } = this;
    if (process === undefined) return;
    const began = Date.now();
    process.signal('SIGTERM');
    await within(STOP_MS, `${this.name} to end after SIGTERM`, process.ended).catch(async (error: Error) =>
      this.#notice(
        `${error.message}; it has open: ${await process.handles()}; it wrote: ${process.printed()}`,
      ),
    );
    await process.kill();
    this.took.stopMs = Date.now() - began;
    this.process = undefined;
  }
}

/** All processes of the product in a chaos run. */
export class Fleet {
  readonly workers: readonly Member[];
  readonly frontends: readonly Member[];
  /** Of the front ends; the same over their restarts. */
  readonly addresses: readonly string[];

  private constructor(
    workers: readonly Member[],
    frontends: readonly Member[],
    addresses: readonly string[],
  ) {
    this.workers = workers;
    this.frontends = frontends;
    this.addresses = addresses;
  }

  /** The last slots are the front ends'; the others may hold a worker each. */
  static async plan(
    slots: readonly Slot[],
    frontendCount: number,
    folder: string,
    notice: (line: string) => void,
  ): Promise<Fleet> {
    const ports = await Promise.all(Array.from({ length: frontendCount }, freePort));
    const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
    const shared = {
      TIDEGATE_PARTITIONS: `${PARTITIONS}`,
      TIDEGATE_LEASE_MS: `${LEASE_MS}`,
      TIDEGATE_DRAIN_MS: '2000',
      TIDEGATE_LIMITS: `eventBytes=${EVENT_BYTES},historyEntries=${HISTORY_ENTRIES}`,
      TIDEGATE_LOG_LEVEL: 'warn',
      TIDEGATE_EVENT_KEY: 'of this chaos run, unknown to whoever forges commands',
      TIDEGATE_ALLOW_ADDRESSES: '127.0.0.1',
      TIDEGATE_BASE_URL: addresses[0]!,
    };
    const workers = slots
      .slice(0, slots.length - frontendCount)
      .map((slot) => new Member('worker', slot, shared, folder, notice));
    const frontends = slots
      .slice(slots.length - frontendCount)
      .map(
        (slot, index) =>
          new Member('frontend', slot, { ...shared, TIDEGATE_PORT: `${ports[index]}` }, folder, notice),
      );
    return new Fleet(workers, frontends, addresses);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers, ...this.frontends].map((member) => member.stop()));
  }
  async kill(): Promise<void> {
    await Promise.all([...this.workers, ...this.frontends].map((member) => member.kill()));
  }
}
