import { compileExpression, compileTemplate } from '../../expressions/index.ts';
import { escapePointer } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { nearest } from '../../model/nearest.ts';
import type { Group, Mapping, Task } from './model.ts';
import type { Ancestors } from './order.ts';
import type { Report } from './report.ts';

const VARIABLES = ['input', 'results', 'run', 'now'];

/** Which results are read, so that only those are kept. */
export class Reads {
  /** Tasks whose result an expression of the same scope, or further in, names. */
  readonly #inside = new Set<Task>();
  /** Tasks of a mapped group, or mapped ones, whose results are read from outside: as lists. */
  readonly #lists = new Set<Task>();
  /** An expression reads `results` as a whole. */
  #all = false;

  add(task: Task, asList: boolean): void {
    (asList ? this.#lists : this.#inside).add(task);
  }
  addAll(): void {
    this.#all = true;
  }
  result(task: Task): boolean {
    return this.#all || this.#inside.has(task);
  }
  list(task: Task): boolean {
    return this.#all || this.#lists.has(task);
  }
}

/** Checks every expression of a DAG, and notes what it reads. */
export class References {
  readonly reads = new Reads();
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #ancestors: Ancestors;
  readonly #limits: Limits;
  readonly #report: Report;

  constructor(
    tasks: ReadonlyMap<string, Task>,
    groups: readonly Group[],
    ancestors: Ancestors,
    limits: Limits,
    report: Report,
  ) {
    this.#tasks = tasks;
    this.#groups = new Map(groups.map((group) => [group.id, group]));
    this.#ancestors = ancestors;
    this.#limits = limits;
    this.#report = report;
  }

  checkTask(task: Task): void {
    const { action, pointer, mapping, decision, skipWhen } = task;
    const reader: Reader = {
      task,
      group: task.mappedGroup,
      mapped: mapping !== undefined || task.mappedGroup !== undefined,
    };
    if (action.kind === 'invoke')
      this.#template(action.action, `${pointer}/${sourceOf(action.action.type)}`, reader);
    else if (action.kind === 'value') this.#template(action.value, `${pointer}/value`, reader);
    else if (action.until !== undefined) this.#template(action.until, `${pointer}/wait/until`, reader);
    if (mapping !== undefined)
      this.checkMapping(mapping, { ...reader, mapped: task.mappedGroup !== undefined });
    if (decision?.kind === 'branch') this.#expression(decision.choose, `${pointer}/branch`, reader);
    if (decision?.kind === 'short-circuit') {
      this.#expression(decision.continueWhen, `${pointer}/shortCircuit`, reader);
    }
    this.#expression(skipWhen, `${pointer}/skipWhen`, reader);
  }

  /** Tasks whose results a mapping reads. */
  checkMapping(mapping: Mapping, reader: Reader): void {
    this.#template(mapping.items, mapping.pointer, reader);
  }

  checkOutput(output: unknown): void {
    this.#template(output, '/output', { task: undefined, group: undefined, mapped: false });
  }

  #template(value: unknown, pointer: string, reader: Reader): void {
    forEachTemplate(value, pointer, (text, place) => {
      const template = this.#report.attempt('', () =>
        compileTemplate(text, { limits: this.#limits, variables: variablesOf(reader), pointer: place }),
      );
      if (template !== undefined) this.#check(template, place, reader);
      else this.#checkRest(text, place, reader);
    });
  }

  /** An unknown variable must not hide an unknown result in the same text. */
  #checkRest(text: string, pointer: string, reader: Reader): void {
    try {
      this.#check(compileTemplate(text, { limits: this.#limits }), pointer, reader);
    } catch {
      // The text is no template at all, which has been told.
    }
  }

  #expression(text: string | undefined, pointer: string, reader: Reader): void {
    if (text === undefined) return;
    const compiled = this.#report.attempt(pointer, () =>
      compileExpression(text, { limits: this.#limits, variables: [...variablesOf(reader), 'result'] }),
    );
    if (compiled !== undefined) this.#check(compiled, pointer, reader);
  }

  #check(
    { references, paths }: { references: readonly string[]; paths: readonly (readonly string[])[] },
    pointer: string,
    reader: Reader,
  ): void {
    if (!reader.mapped) {
      for (const name of references.filter((each) => each === 'item' || each === 'index')) {
        const message = `"${name}" is known only inside forEach and zip`;
        this.#report.error('DAG_ITEM_OUTSIDE_FOREACH', pointer, message);
      }
    }
    for (const path of paths) {
      if (path[0] !== 'results') continue;
      if (path.length === 1) this.reads.addAll();
      else this.#checkResult(path, pointer, reader);
    }
  }

  #checkResult(path: readonly string[], pointer: string, reader: Reader): void {
    const name = path[1]!;
    const task = this.#tasks.get(name);
    if (task === undefined) {
      const meant = this.#meant(path);
      const message = `there is no task "${name}" whose result could be read`;
      this.#report.error('DAG_UNKNOWN_RESULT', pointer, message, meant);
      return;
    }
    const before = reader.task ?? reader.group;
    if (reader.task?.handler !== true && task.handler) {
      this.#report.error('DAG_RESULT_NOT_UPSTREAM', pointer, `"${name}" runs only when the run has failed`);
      return;
    }
    if (
      reader.task !== undefined &&
      !(reader.task.handler && !task.handler) &&
      !this.#ancestors.has(reader.task, task)
    ) {
      const message =
        task === reader.task
          ? `"${name}" cannot read its own result`
          : `the result of "${name}" is not there yet: "${reader.task.id}" does not come after it; add it to "needs"`;
      this.#report.error('DAG_RESULT_NOT_UPSTREAM', pointer, message);
      return;
    }
    if (task.mappedGroup !== undefined && before !== undefined && task.mappedGroup === reader.group) {
      this.reads.add(task, false);
    } else this.reads.add(task, task.mapping !== undefined || task.mappedGroup !== undefined);
  }

  /** `results.g.b` is meant as `results["g.b"]`; else the nearest task. */
  #meant(path: readonly string[]): string | undefined {
    for (let length = path.length; length > 2; length--) {
      const full = path.slice(1, length).join('.');
      if (this.#tasks.has(full)) return `results["${full}"]`;
    }
    const name = path[1]!;
    if (this.#groups.has(name)) {
      const first = [...this.#tasks.keys()].find((id) => id.startsWith(`${name}.`));
      return first === undefined ? undefined : `results["${first}"]`;
    }
    return nearest(name, this.#tasks.keys());
  }
}

/** From where an expression is read. */
export interface Reader {
  readonly task: Task | undefined;
  /** The mapped group around it. */
  readonly group: Group | undefined;
  /** `item` and `index` are known. */
  readonly mapped: boolean;
}

function variablesOf({ task }: Reader): string[] {
  return [...VARIABLES, 'item', 'index', ...(task?.handler ? ['vars'] : [])];
}

/** The tasks whose results a mapping takes its lists from; `whole`: the result itself must be a list. */
export function sourcesOf(
  mapping: Mapping,
  tasks: ReadonlyMap<string, Task>,
  limits: Limits,
): { readonly task: Task; readonly whole: boolean }[] {
  const found = new Map<Task, boolean>();
  forEachTemplate(mapping.items, '', (text) => {
    let paths: readonly (readonly string[])[];
    try {
      paths = compileTemplate(text, { limits }).paths;
    } catch {
      return; // Reported where the expressions are checked.
    }
    for (const path of paths) {
      const task = path[0] === 'results' ? tasks.get(path[1] ?? '') : undefined;
      if (task === undefined) continue;
      const whole = /^\$\{\s*results(\.[A-Za-z0-9_]+|\["[^"]+"\])\s*\}$/.test(text);
      found.set(task, (found.get(task) ?? false) || whole);
    }
  });
  return [...found].map(([task, whole]) => ({ task, whole }));
}

function forEachTemplate(
  value: unknown,
  pointer: string,
  visit: (text: string, pointer: string) => void,
): void {
  if (typeof value === 'string') {
    if (value.includes('${')) visit(value, pointer);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (typeof member === 'string' || typeof member === 'object') {
        forEachTemplate(member, `${pointer}/${escapePointer(key)}`, visit);
      }
    }
  }
}

function sourceOf(type: string): string {
  return type === 'start-run' ? 'startRun' : type;
}
