import type { TriggerRule } from '../../src/model/documents.ts';

/** What a task comes to. */
export type End = 'succeeded' | 'failed' | 'skipped' | 'upstream_failed';
export type Act = 'succeed' | 'fail' | 'skip';

export interface PlainTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly rule: TriggerRule;
  /** One act, or one per instance of a mapped task. */
  readonly acts: Act | readonly Act[];
  readonly chooses?: readonly string[];
  /** A short circuit: whether it lets pass, and whether rules are ignored behind it. */
  readonly passes?: { readonly go: boolean; readonly ignoreRules: boolean };
}

const END_OF: Readonly<Record<Act, End>> = { succeed: 'succeeded', fail: 'failed', skip: 'skipped' };

/**
 * Says how a DAG ends by looking at each task once all it needs have ended: no events, no order, no early decisions. The
 * engine must come to the same, whatever the order. `tasks` come after those they need.
 */
export function interpret(tasks: readonly PlainTask[]): { states: Map<string, End>; failed: boolean } {
  const states = new Map<string, End>();
  const ends = new Map<string, End[]>();
  const cut = new Set<string>();
  for (const task of tasks) {
    const outcome = decide(task, tasks, ends, cut);
    if (outcome !== 'run') {
      ends.set(task.id, [outcome]);
      states.set(task.id, outcome);
      continue;
    }
    const acts = Array.isArray(task.acts) ? (task.acts as Act[]) : undefined;
    if (acts === undefined) {
      const end = END_OF[task.acts as Act];
      ends.set(task.id, [end]);
      states.set(task.id, end);
    } else if (acts.length === 0) {
      ends.set(task.id, ['skipped']);
      states.set(task.id, 'skipped');
    } else {
      ends.set(
        task.id,
        acts.map((act) => END_OF[act]),
      );
      acts.forEach((act, i) => {
        states.set(`${task.id}[${i}]`, END_OF[act]);
      });
    }
    if (task.passes?.go === false && ends.get(task.id)![0] === 'succeeded' && task.passes.ignoreRules) {
      for (const id of below(task.id, tasks)) cut.add(id);
    }
  }
  const leaves = tasks.filter(({ id }) => !tasks.some(({ needs }) => needs.includes(id)));
  const failed = leaves.some(({ id }) =>
    ends.get(id)!.some((end) => end === 'failed' || end === 'upstream_failed'),
  );
  return { states, failed };
}

function decide(
  task: PlainTask,
  tasks: readonly PlainTask[],
  ends: ReadonlyMap<string, readonly End[]>,
  cut: ReadonlySet<string>,
): End | 'run' {
  if (task.rule === 'always' || task.needs.length === 0) return 'run';
  if (cut.has(task.id)) return 'skipped';
  for (const need of tasks.filter(({ id }) => task.needs.includes(id))) {
    if (ends.get(need.id)![0] !== 'succeeded') continue;
    if (need.passes?.go === false) return 'skipped';
    if (need.chooses === undefined) continue;
    const goOn = need.chooses.some((name) => name === task.id || below(name, tasks).has(task.id));
    if (!goOn) return 'skipped';
  }
  const all = task.needs.flatMap((id) => ends.get(id)!);
  const has = (...wanted: End[]) => all.some((end) => wanted.includes(end));
  const only = (...wanted: End[]) => all.every((end) => wanted.includes(end));
  switch (task.rule) {
    case 'all_success':
      return has('failed', 'upstream_failed') ? 'upstream_failed' : has('skipped') ? 'skipped' : 'run';
    case 'all_failed':
      return only('failed', 'upstream_failed') ? 'run' : 'skipped';
    case 'all_done_min_one_success':
      return has('skipped') ? 'skipped' : has('succeeded') ? 'run' : 'upstream_failed';
    case 'all_skipped':
      return only('skipped') ? 'run' : 'skipped';
    case 'one_failed':
      return has('failed', 'upstream_failed') ? 'run' : 'skipped';
    case 'one_success':
      return has('succeeded') ? 'run' : only('skipped') ? 'skipped' : 'upstream_failed';
    case 'one_done':
      return has('succeeded', 'failed') ? 'run' : 'skipped';
    case 'none_failed':
      return has('failed', 'upstream_failed') ? 'upstream_failed' : 'run';
    case 'none_failed_min_one_success':
      return has('failed', 'upstream_failed') ? 'upstream_failed' : has('succeeded') ? 'run' : 'skipped';
    case 'none_skipped':
      return has('skipped') ? 'skipped' : 'run';
    default:
      return 'run';
  }
}

function below(id: string, tasks: readonly PlainTask[]): Set<string> {
  const found = new Set<string>();
  for (const task of tasks) {
    if (task.needs.some((need) => need === id || found.has(need))) found.add(task.id);
  }
  return found;
}
