import { TASK_SKIPPED } from '../../conditions/index.ts';
import {
  type CompiledWorkflow,
  emptyOutbox,
  freshRun,
  type HistoryEntry,
  type ReplayedRun,
  type RunState,
  replayInput,
} from '../../engine/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../../model/cloud-event.ts';
import { scopePath } from '../../triggers/index.ts';
import type { Dag } from './index.ts';

export const TASK_STATES = [
  'waiting',
  'running',
  'retrying',
  'succeeded',
  'failed',
  'skipped',
  'upstream_failed',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** The state of each task by id, of each instance of a mapped one by `id[index]`. One that was not mapped in the end has no index. */
export type TaskStates = ReadonlyMap<string, TaskState>;

const ENDS: Readonly<Record<string, TaskState>> = {
  [EVENT_TYPES.taskSucceeded]: 'succeeded',
  [EVENT_TYPES.taskFailed]: 'failed',
  [EVENT_TYPES.taskSkipped]: 'skipped',
  [EVENT_TYPES.taskUpstreamFailed]: 'upstream_failed',
};

/** Follows the events of one run (the engine's tap) and knows how its tasks ended. */
export class TaskStateObserver {
  readonly #tasks: Dag['tasks'];
  readonly #ended = new Map<string, TaskState>();

  constructor({ tasks }: Pick<Dag, 'tasks'>) {
    this.#tasks = tasks;
  }

  observe(event: CloudEvent): void {
    const task = event.subject === undefined ? undefined : this.#tasks.get(event.subject);
    if (task === undefined) return;
    if (event.type === EVENT_TYPES.scopeEnded) {
      const { index, outcome } = event.data as { index: number; outcome: TaskState };
      this.#ended.set(`${task.id}[${index}]`, outcome);
      return;
    }
    const state = ENDS[event.type];
    if (state === undefined) return;
    const skipped = state === 'failed' && (event.data as { error?: unknown } | null)?.error === TASK_SKIPPED;
    this.#ended.set(instanceId(task.id, event.scope), skipped ? 'skipped' : state);
  }

  /** Those that ended, those under way, and `waiting` for tasks of which nothing is known. */
  states(run: RunState): TaskStates {
    const states = new Map(this.#ended);
    const note = (trigger: string, scope: string, state: TaskState) => {
      const id = trigger.split(':', 1)[0]!;
      const instance = instanceId(id, scope);
      if (this.#tasks.has(id) && !states.has(instance)) states.set(instance, state);
    };
    for (const { trigger, scope, attempt } of run.effects?.values() ?? []) {
      note(trigger, scope, attempt > 1 ? 'retrying' : 'running');
    }
    for (const timer of run.timers?.values() ?? []) {
      if (timer.kind === 'retry') note(timer.effect.trigger, timer.scope, 'retrying');
      else if (timer.kind === 'user') note(timer.name, timer.scope, 'running');
    }
    const known = new Set([...states.keys()].map((id) => id.replace(/\[\d+\]$/, '')));
    for (const id of this.#tasks.keys()) if (!known.has(id)) states.set(id, 'waiting');
    return states;
  }
}

function instanceId(id: string, scope: string | undefined): string {
  const index = scope === undefined ? undefined : scopePath.indexOf(scope);
  return index === undefined ? id : `${id}[${index}]`;
}

/**
 * The states of a run's tasks, live or finished, recomputed from its history: the inputs are given to the engine again.
 * Of a history that was cut off at its limit, the states are those at the cut.
 */
export function taskStates(
  dag: Dag,
  workflow: CompiledWorkflow,
  run: ReplayedRun,
  history: Iterable<HistoryEntry>,
): TaskStates {
  const replayed = freshRun(workflow.version, run);
  const observer = new TaskStateObserver(dag);
  const out = { ...emptyOutbox(), tap: (_run: RunState, event: CloudEvent) => observer.observe(event) };
  for (const entry of history) replayInput(workflow, replayed, entry, out);
  return observer.states(replayed);
}
