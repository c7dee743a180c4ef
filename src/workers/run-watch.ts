import { decodeBody, type RunState } from '../engine/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { type RunDocument, splitRunKey } from '../model/run.ts';
import type { RunHead } from '../stores/state-store.ts';
import type { RunNotice } from './gateway.ts';
import type { CommandReply, PartitionObserver } from './partition-ports.ts';

type Listener = (notice: RunNotice) => void;

const TASK_STATES: Readonly<Record<string, Extract<RunNotice, { kind: 'task' }>['state']>> = {
  [EVENT_TYPES.taskSucceeded]: 'succeeded',
  [EVENT_TYPES.taskFailed]: 'failed',
  [EVENT_TYPES.taskSkipped]: 'skipped',
  [EVENT_TYPES.taskUpstreamFailed]: 'upstream_failed',
};

/** Brings what the partitions of this process report to those who wait for it: commands' senders and runs' watchers. */
export class RunWatch implements PartitionObserver {
  readonly #replies = new Map<string, (reply: CommandReply) => void>();
  readonly #listeners = new Map<string, Set<Listener>>();

  get watching(): boolean {
    return this.#listeners.size > 0;
  }

  /** Calls back once, when the command's owner has answered. The answer forgets it. */
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

  replied(command: string, reply: CommandReply): void {
    const callback = this.#replies.get(command);
    this.#replies.delete(command);
    callback?.(reply);
  }

  changed(run: RunState): void {
    const listeners = this.#listeners.get(run.key);
    if (listeners === undefined) return;
    const notice: RunNotice = { kind: 'run', run: documentOfState(run) };
    for (const listener of [...listeners]) listener(notice);
  }

  delivered(run: string, event: CloudEvent): void {
    const listeners = this.#listeners.get(run);
    const state = TASK_STATES[event.type];
    if (listeners === undefined || state === undefined || event.subject === undefined) return;
    const { error } = (state === 'failed' ? event.data : {}) as { error?: string };
    this.#tell(listeners, {
      kind: 'task',
      task: event.subject,
      scope: event.scope ?? '',
      state,
      ...(error !== undefined && { error }),
    });
  }

  effectStarted(effect: Effect): void {
    const listeners = this.#listeners.get(effect.run);
    if (listeners === undefined) return;
    const { subject: task, scope, attempt } = effect;
    this.#tell(listeners, {
      kind: 'task',
      task,
      scope,
      state: attempt > 1 ? 'retrying' : 'started',
      attempt,
    });
  }

  #tell(listeners: ReadonlySet<Listener>, notice: RunNotice): void {
    for (const listener of [...listeners]) listener(notice);
  }
}

function documentOfState(run: RunState): RunDocument {
  return documentOf({
    key: run.key,
    version: run.version,
    status: run.status,
    startedAt: run.startedAt,
    ...(run.end?.at !== undefined && { endedAt: run.end.at }),
    ...(run.labels && { labels: run.labels }),
    content: { input: run.input, ...run.end },
  });
}

/** The document of a stored run. */
export function documentOfHead(head: RunHead): RunDocument {
  return documentOf({ ...head, content: decodeBody(head.body) });
}

function documentOf(
  head: Omit<RunHead, 'body'> & {
    readonly content: {
      readonly input?: unknown;
      readonly output?: unknown;
      readonly error?: string | undefined;
      readonly cause?: unknown;
    };
  },
): RunDocument {
  const { workflow, run } = splitRunKey(head.key);
  const { input, output, error, cause } = head.content;
  return {
    id: run,
    workflow,
    version: head.version,
    status: head.status,
    input: input ?? null,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    startedAt: new Date(head.startedAt).toISOString(),
    ...(head.endedAt !== undefined && { endedAt: new Date(head.endedAt).toISOString() }),
    labels: head.labels ?? {},
  };
}
