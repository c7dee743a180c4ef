import type { RunDocument } from '../model/run.ts';
import type { RunNotice } from '../workers/index.ts';

export type TaskNotice = Extract<RunNotice, { kind: 'task' }>;
export type InstanceState = TaskNotice['state'];

const ENDED: ReadonlySet<InstanceState> = new Set(['succeeded', 'failed', 'skipped', 'upstream_failed']);

/** One task, over all its instances where it is mapped. */
export class TaskProgress {
  readonly name: string;
  /** By scope. */
  readonly #instances = new Map<string, InstanceState>();
  retries = 0;
  lastError: string | undefined;

  constructor(name: string) {
    this.name = name;
  }

  apply({ scope, state, error }: TaskNotice): void {
    if (state === 'retrying') this.retries++;
    if (error !== undefined) this.lastError = error;
    this.#instances.set(scope, state);
  }

  count(...states: readonly InstanceState[]): number {
    let count = 0;
    for (const state of this.#instances.values()) if (states.includes(state)) count++;
    return count;
  }
  get instances(): number {
    return this.#instances.size;
  }
  /** Lives in scopes: one instance per element. */
  get mapped(): boolean {
    return !this.#instances.has('') || this.#instances.size > 1;
  }
  get ended(): boolean {
    return [...this.#instances.values()].every((state) => ENDED.has(state));
  }
}

/** What is known of a run from its notices. */
export class RunProgress {
  readonly tasks = new Map<string, TaskProgress>();
  run: RunDocument | undefined;

  /** False for a notice that says nothing to a reader. */
  apply(notice: RunNotice): boolean {
    if (notice.kind === 'run') {
      const changed = this.run?.status !== notice.run.status;
      this.run = notice.run;
      return changed;
    }
    const name = taskOf(notice.task);
    // The call's own end; that of the task follows once its result is judged.
    if (notice.task.endsWith(':call') && ENDED.has(notice.state)) return false;
    let task = this.tasks.get(name);
    if (task === undefined) {
      task = new TaskProgress(name);
      this.tasks.set(name, task);
    }
    task.apply(notice);
    return true;
  }
}

/** What stands behind a colon is a part of the task that only the engine tells apart. */
export function taskOf(subject: string): string {
  const colon = subject.indexOf(':');
  return colon < 0 ? subject : subject.slice(0, colon);
}
