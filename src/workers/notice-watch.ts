import type { Notices, StateStore } from '../stores/index.ts';
import type { Clock } from './clock.ts';
import type { RunNotice } from './gateway.ts';
import { channelOf, commandIdOf, INTEREST_CHANNEL, INTEREST_MS, type ToGateway } from './notice-messages.ts';
import type { CommandReply } from './partition-ports.ts';
import { documentOfHead } from './run-notices.ts';
import type { RunInterest, Watch } from './watch.ts';

type Listener = (notice: RunNotice) => void;

interface Watched {
  readonly listeners: Set<Listener>;
  /** What its owner was told to tell. */
  told: 'nothing' | 'end' | 'all';
  /** The status last told of. */
  status: string | undefined;
}

export interface NoticeWatchOptions {
  readonly notices: Notices;
  readonly store: StateStore;
  readonly clock: Clock;
  /** Unguessable and this process's own. */
  readonly token: string;
}

/** A notice may get lost; so often the watched runs are looked at in the store. */
const LOOK_MS = 2_000;
const RENEW_EVERY = Math.floor(INTEREST_MS / 2 / LOOK_MS);
const LOOKS_AT_ONCE = 100;

/** Learns from the owners of partitions, in whatever process they are, what this process's clients wait for. */
export class NoticeWatch implements Watch {
  readonly #options: NoticeWatchOptions;
  readonly #gateway: string;
  readonly #replies = new Map<string, (reply: CommandReply) => void>();
  readonly #watched = new Map<string, Watched>();
  #unsubscribe: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #looks = 0;
  #stopped = false;

  constructor(options: NoticeWatchOptions) {
    this.#options = options;
    this.#gateway = `gw${options.token.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
  }

  async start(): Promise<void> {
    const { notices } = this.#options;
    this.#unsubscribe = await notices.subscribe(
      channelOf(this.#gateway),
      (text) => this.#receive(JSON.parse(text) as ToGateway),
      () => void this.#look(),
    );
  }
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#cancelLook?.();
  }

  commandId(token: string, awaitsEnd: boolean): string {
    return commandIdOf(this.#gateway, token, awaitsEnd);
  }
  onReply(command: string, callback: (reply: CommandReply) => void): () => void {
    this.#replies.set(command, callback);
    return () => this.#replies.delete(command);
  }

  onRun(key: string, interest: RunInterest, listener: Listener): () => void {
    let watched = this.#watched.get(key);
    if (watched === undefined) {
      watched = { listeners: new Set(), told: 'nothing', status: undefined };
      this.#watched.set(key, watched);
      this.#cancelLook ??= this.#options.clock.after(LOOK_MS, () => void this.#look());
    }
    watched.listeners.add(listener);
    if (interest === 'end-of-started' && watched.told === 'nothing') watched.told = 'end';
    else if (interest === 'all' && watched.told !== 'all') this.#ask(key, watched, 'all');
    else if (interest === 'end' && watched.told === 'nothing') this.#ask(key, watched, 'end');
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key);
    };
  }

  #receive(message: ToGateway): void {
    if ('command' in message) {
      const callback = this.#replies.get(message.command);
      this.#replies.delete(message.command);
      callback?.(message.reply);
    } else if (message.notice === undefined) void this.#lookAt([message.run]);
    else this.#tell(message.run, message.notice);
  }

  #tell(run: string, notice: RunNotice): void {
    const watched = this.#watched.get(run);
    if (watched === undefined) return;
    if (notice.kind === 'run') watched.status = notice.run.status;
    for (const listener of [...watched.listeners]) listener(notice);
  }

  #ask(run: string, watched: Watched, told: 'end' | 'all'): void {
    watched.told = told;
    this.#publishInterest([run]);
  }
  #publishInterest(runs: readonly string[]): void {
    const { all = [], ends = [] } = Object.groupBy(runs, (run) =>
      this.#watched.get(run)?.told === 'all' ? 'all' : 'ends',
    );
    this.#options.notices.publish(INTEREST_CHANNEL, JSON.stringify({ gateway: this.#gateway, ends, all }));
  }

  /** Makes up for notices that got lost, and renews the interest: a new owner does not know of it. */
  async #look(): Promise<void> {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const runs = [...this.#watched.keys()];
    if (this.#stopped || runs.length === 0) return;
    if (++this.#looks % RENEW_EVERY === 0) this.#publishInterest(runs);
    await this.#lookAt(runs);
    if (!this.#stopped && this.#watched.size > 0)
      this.#cancelLook ??= this.#options.clock.after(LOOK_MS, () => void this.#look());
  }

  async #lookAt(runs: readonly string[]): Promise<void> {
    for (let i = 0; i < runs.length; i += LOOKS_AT_ONCE) {
      const some = runs.slice(i, i + LOOKS_AT_ONCE);
      await Promise.all(some.map((run) => this.#compare(run)));
    }
  }
  async #compare(run: string): Promise<void> {
    try {
      const stored = await this.#options.store.getRun(run);
      const watched = this.#watched.get(run);
      if (stored === undefined || watched === undefined || stored.head.status === watched.status) return;
      this.#tell(run, { kind: 'run', run: documentOfHead(stored.head) });
    } catch {
      // The store is away; the next look may find it back.
    }
  }
}
