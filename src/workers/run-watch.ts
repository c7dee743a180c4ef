import type { RunState } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import type { RunNotice } from './gateway.ts';
import type { CommandReply, PartitionObserver } from './partition-ports.ts';
import { deliveryNotice, effectNotice, runNotice } from './run-notices.ts';
import type { RunInterest, Watch } from './watch.ts';

type Listener = (notice: RunNotice) => void;

interface Listeners {
  readonly all: Set<Listener>;
  readonly end: Set<Listener>;
}

/** Brings what the partitions of this process report to those who wait for it: commands' senders and runs' watchers. */
export class RunWatch implements PartitionObserver, Watch {
  readonly #replies = new Map<string, (reply: CommandReply) => void>();
  readonly #listeners = new Map<string, Listeners>();
  #watchers = 0;

  get watching(): boolean {
    return this.#watchers > 0;
  }
  get awaiting(): boolean {
    return this.#listeners.size > 0;
  }

  commandId(token: string): string {
    return token;
  }
  onReply(command: string, callback: (reply: CommandReply) => void): () => void {
    this.#replies.set(command, callback);
    return () => this.#replies.delete(command);
  }

  onRun(key: string, interest: RunInterest, listener: Listener): () => void {
    let listeners = this.#listeners.get(key);
    if (listeners === undefined) {
      listeners = { all: new Set(), end: new Set() };
      this.#listeners.set(key, listeners);
    }
    const { all, end } = listeners;
    const own = interest === 'all' ? all : end;
    own.add(listener);
    if (interest === 'all') this.#watchers += 1;
    return () => {
      if (!own.delete(listener)) return;
      if (interest === 'all') this.#watchers -= 1;
      if (all.size + end.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  replied(command: string, _run: string, reply: CommandReply): void {
    const callback = this.#replies.get(command);
    this.#replies.delete(command);
    callback?.(reply);
  }

  changed(run: RunState): void {
    const listeners = this.#listeners.get(run.key);
    if (listeners === undefined || (!run.ended && listeners.all.size === 0)) return;
    const notice = runNotice(run);
    tell(listeners.all, notice);
    if (run.ended) tell(listeners.end, notice);
  }

  delivered(run: string, event: CloudEvent): void {
    const watchers = this.#listeners.get(run)?.all;
    const notice = watchers && deliveryNotice(event);
    if (notice !== undefined) tell(watchers!, notice);
  }

  effectStarted(effect: Effect): void {
    const watchers = this.#listeners.get(effect.run)?.all;
    if (watchers !== undefined && watchers.size > 0) tell(watchers, effectNotice(effect));
  }
}

function tell(listeners: ReadonlySet<Listener>, notice: RunNotice): void {
  for (const listener of [...listeners]) listener(notice);
}
