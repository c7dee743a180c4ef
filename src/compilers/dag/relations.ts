import type { RuleMember } from '../../model/documents.ts';
import type { Task } from './model.ts';

/** How tasks act on others beyond being needed: short circuits, branches, setups further up. */
export interface Relations {
  /** Short circuits, anywhere above, that skip the task whatever its rule. */
  readonly cuts: ReadonlyMap<Task, readonly Task[]>;
  /** Setups above that are not needed directly but whose scope the task is in. */
  readonly setups: ReadonlyMap<Task, readonly Task[]>;
}

const NONE: readonly Task[] = [];

/** `order` is topological. */
export function relationsOf(order: readonly Task[]): Relations {
  const cuts = new Map<Task, readonly Task[]>();
  const cutsBelow = new Map<Task, readonly Task[]>();
  const setups = new Map<Task, readonly Task[]>();
  const setupsBelow = new Map<Task, readonly Task[]>();
  const teardownsBelow = teardownsBelowEach(order);
  for (const task of order) {
    const above = merge(
      task.needs.flatMap((need) => cutsBelow.get(need)!.filter((cut) => mayActOn(cut, task))),
    );
    const mayBeCut = !task.teardown && task.rule !== 'always';
    cuts.set(task, mayBeCut ? above : NONE);
    const cutting = cutsAll(task);
    // A short circuit that is cut itself says so, unless something else skips it first: those behind it need not know the
    // ones before it.
    const tells = mayBeCut && task.needs.every((need) => need.decision === undefined || cutsAll(need));
    const below = !cutting ? above : tells ? [task] : merge([...above, task]);
    cutsBelow.set(task, below);

    const prepared = merge(task.needs.flatMap((need) => setupsBelow.get(need)!));
    setups.set(
      task,
      prepared.filter((setup) => isConcerned(task, setup, teardownsBelow)),
    );
    setupsBelow.set(task, task.setup ? merge([...prepared, task]) : prepared);
  }
  return { cuts, setups };
}

function cutsAll({ decision }: Task): boolean {
  return decision?.kind === 'short-circuit' && decision.ignoreRules;
}

/** A choice inside a mapped group is per index: it says nothing to tasks outside. */
function mayActOn(cut: Task, task: Task): boolean {
  return cut.mappedGroup === undefined || cut.mappedGroup === task.mappedGroup;
}

function isConcerned(task: Task, setup: Task, teardownsBelow: ReadonlyMap<Task, ReadonlySet<Task>>): boolean {
  if (task.teardown || task.needs.includes(setup)) return false;
  if (setup.mappedGroup !== undefined && setup.mappedGroup !== task.mappedGroup) return false;
  const teardowns = setup.downstream.filter(({ teardown }) => teardown);
  return teardowns.length === 0 || teardowns.some((each) => teardownsBelow.get(task)?.has(each) === true);
}

/** The teardowns downstream of each task; there are few. */
function teardownsBelowEach(order: readonly Task[]): ReadonlyMap<Task, ReadonlySet<Task>> {
  const below = new Map<Task, ReadonlySet<Task>>();
  for (const task of order.toReversed()) {
    const found = new Set<Task>();
    for (const down of task.downstream) {
      if (down.teardown) found.add(down);
      for (const each of below.get(down) ?? []) found.add(each);
    }
    if (found.size > 0) below.set(task, found);
  }
  return below;
}

function merge(tasks: readonly Task[]): readonly Task[] {
  return tasks.length === 0 ? NONE : [...new Set(tasks)];
}

/** The tasks that tell whether the run failed, as Airflow has it: the last ones, teardowns aside unless they fail the run. */
export function effectiveLeaves(tasks: readonly Task[]): ReadonlySet<Task> {
  const ignorable = (task: Task) => task.teardown && !task.failsRun;
  const leaves = tasks.filter((task) => !ignorable(task) && task.downstream.every(ignorable));
  return new Set(leaves.length > 0 ? leaves : tasks.filter(({ downstream }) => downstream.length === 0));
}

/** For each task right behind a branch: the names that, when chosen, let it go on. */
export function keptBy(branch: Task): ReadonlyMap<Task, readonly string[]> {
  const direct = new Set(branch.downstream);
  const kept = new Map<Task, string[]>([...direct].map((task) => [task, namesOf(task)]));
  for (const chosen of direct) {
    // What comes behind a chosen task goes on too, also where it follows the branch itself.
    const seen = new Set<Task>();
    const open = [...chosen.downstream];
    for (let task = open.pop(); task !== undefined; task = open.pop()) {
      if (seen.has(task)) continue;
      seen.add(task);
      if (direct.has(task)) kept.get(task)!.push(...namesOf(chosen));
      open.push(...task.downstream);
    }
  }
  return kept;
}

/** A task is chosen by its full name, its own, or that of a group around it. */
function namesOf({ id, name, groups }: Task): string[] {
  return [...new Set([id, name, ...groups.flatMap((group) => [group.id, group.name])])];
}

/** The member of a rule's tally that a needed task is, seen from `reader`. */
export function memberOf(need: Task, reader: Task | undefined): RuleMember {
  const fork =
    need.mapping !== undefined
      ? need.id
      : need.mappedGroup !== undefined && need.mappedGroup !== reader?.mappedGroup
        ? need.mappedGroup.id
        : undefined;
  return { subject: need.id, ...(fork !== undefined && { fork }), ...(need.setup && { setup: true }) };
}
