import { nearest } from '../../model/nearest.ts';
import type { DagSource, Group, Reference, Task, TaskSource } from './model.ts';
import type { Report } from './report.ts';

/** All tasks by id, with their needs found: names become tasks, groups become the tasks they stand for. */
export function resolveTasks(source: DagSource, report: Report): Map<string, Task> {
  const names = new Names(source, report);
  const tasks = new Map<string, Task>();
  for (const each of names.tasks.values()) {
    const { teardownOf, needs: _, rule, ...rest } = each;
    tasks.set(each.id, {
      ...rest,
      rule: rule ?? (teardownOf === undefined ? 'all_success' : 'all_done_setup_success'),
      teardown: teardownOf !== undefined,
      needs: [],
      downstream: [],
      mappedGroup: each.groups.find(({ mapping }) => mapping !== undefined),
    });
  }
  for (const each of names.tasks.values()) {
    const task = tasks.get(each.id)!;
    for (const id of names.needsOf(each)) {
      const need = tasks.get(id)!;
      task.needs.push(need);
      need.downstream.push(task);
    }
  }
  return tasks;
}

class Names {
  readonly tasks = new Map<string, TaskSource>();
  readonly #groups = new Map<string, Group>();
  readonly #report: Report;
  /** Ids that each task names directly, groups not yet replaced. */
  readonly #named = new Map<string, readonly string[]>();
  readonly #members = new Map<string, string[]>();

  constructor({ tasks, groups }: DagSource, report: Report) {
    this.#report = report;
    for (const group of groups) this.#groups.set(group.id, group);
    for (const task of tasks) {
      const other = this.tasks.get(task.id);
      if (other !== undefined || this.#groups.has(task.id)) {
        const what = other === undefined ? 'a group' : other.handler ? 'a task of onFailure' : 'a task';
        report.error('DAG_DUPLICATE', task.pointer, `"${task.id}" is the name of ${what} already`);
        continue;
      }
      this.tasks.set(task.id, task);
      for (const { id } of task.groups) {
        const members = this.#members.get(id);
        if (members === undefined) this.#members.set(id, [task.id]);
        else members.push(task.id);
      }
    }
    for (const task of this.tasks.values()) {
      const all = [...task.needs, ...(task.teardownOf ?? [])];
      this.#named.set(
        task.id,
        all.flatMap((reference) => this.#find(reference, task.groups, task) ?? []),
      );
    }
  }

  /** Direct upstream tasks: those named, and for the first tasks of a group those that the group needs. */
  needsOf(task: TaskSource): ReadonlySet<string> {
    const found = new Set<string>();
    const add = (id: string) => {
      if (this.tasks.has(id)) found.add(id);
      else for (const leaf of this.#ends(id)) found.add(leaf);
    };
    for (const id of this.#named.get(task.id)!) add(id);
    for (const group of task.groups) {
      if (!this.#isFirstIn(task, group)) continue;
      for (const reference of group.needs) {
        const id = this.#find(reference, group.groups, undefined);
        if (id !== undefined) add(id);
      }
    }
    return found;
  }

  #isFirstIn(task: TaskSource, group: Group): boolean {
    return !this.#named.get(task.id)!.some((id) => id.startsWith(`${group.id}.`));
  }

  /** The last tasks of a group: no other task of it needs them. */
  readonly #endsOf = new Map<string, readonly string[]>();
  #ends(group: string): readonly string[] {
    const known = this.#endsOf.get(group);
    if (known !== undefined) return known;
    const members = this.#members.get(group) ?? [];
    const needed = new Set<string>();
    for (const member of members) {
      for (const id of this.#named.get(member)!) {
        if (this.tasks.has(id)) needed.add(id);
        else if (id !== group) for (const inner of this.#members.get(id) ?? []) needed.add(inner);
      }
    }
    const ends = members.filter((id) => !needed.has(id));
    this.#endsOf.set(group, ends);
    return ends;
  }

  /** Looks a name up from the innermost group outwards. */
  #find(
    { name, pointer }: Reference,
    around: readonly Group[],
    task: TaskSource | undefined,
  ): string | undefined {
    const candidates = [...around.toReversed().map(({ id }) => `${id}.${name}`), name];
    const found = candidates.find((id) => this.tasks.has(id) || this.#groups.has(id));
    const other = found === undefined ? undefined : this.tasks.get(found);
    if (found === undefined) {
      const known = [...this.tasks.keys(), ...this.#groups.keys()];
      const near = nearest(name, known) ?? known.find((id) => id.endsWith(`.${name}`));
      this.#report.error('DAG_UNKNOWN_TASK', pointer, `there is no task or group "${name}"`, near);
      return undefined;
    }
    if (other !== undefined && other.handler !== (task?.handler ?? false)) {
      const message = other.handler
        ? `"${name}" runs only when the run has failed; other tasks cannot need it`
        : `"${name}" has ended before the tasks of onFailure begin; they cannot need it`;
      this.#report.error('DAG_ACROSS_ON_FAILURE', pointer, message);
      return undefined;
    }
    return found;
  }
}
