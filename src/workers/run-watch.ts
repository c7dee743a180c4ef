import type { RunState } from '../engine/index.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import type { RunNotice } from './gateway.ts';
import type { CommandReply, PartitionObserver } from './partition-ports.ts';
import { deliveryNotice, effectNotice, runNotice } from './run-notices.ts';
import type { Watch } from './watch.ts';

type Listener = (notice: RunNotice) => void;

/** Brings what the partitions of this process report to those who wait for it: commands' senders and runs' watchers. */
export class RunWatch implements PartitionObserver, Watch {
  readonly #replies = new Map<string, (reply: CommandReply) => void>();
  readonly #listeners = new Map<string, Set<Listener>>();

  get watching(): boolean {
    return this.#listeners.size > 0;
  }

  commandId(token: string): string {
    return token;
  }
  onReply(command: string, callback: (reply: CommandReply) => void): () => void {
    this.#replies.set(command, callback);
    return () => this.#replies.delete(command);
  }

  onRun(key: string, listener: Listener): () => void {
    let listeners = this.#listeners.get(key);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(key, listeners);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  replied(command: string, _run: string, reply: CommandReply): void {
    const callback = this.#replies.get(command);
    this.#replies.delete(command);
    callback?.(reply);
  }

  changed(run: RunState): void {
    const listeners = this.#listeners.get(run.key);
    if (listeners === undefined) return;
    this.#tell(listeners, runNotice(run));
  }

  delivered(run: string, event: CloudEvent): void {
    const listeners = this.#listeners.get(run);
    const notice = listeners && deliveryNotice(event);
    if (notice !== undefined) this.#tell(listeners!, notice);
  }

  effectStarted(effect: Effect): void {
    const listeners = this.#listeners.get(effect.run);
    if (listeners !== undefined) this.#tell(listeners, effectNotice(effect));
  }

  #tell(listeners: ReadonlySet<Listener>, notice: RunNotice): void {
    for (const listener of [...listeners]) listener(notice);
  }
}
