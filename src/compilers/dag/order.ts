import type { Task } from './model.ts';
import type { Report } from './report.ts';

/** Tasks so that each comes after those it needs; those on or behind a cycle are missing, and told of. */
export function topologicalOrder(tasks: ReadonlyMap<string, Task>, report: Report): Task[] {
  const missing = new Map<Task, number>();
  const order: Task[] = [];
  for (const task of tasks.values()) {
    missing.set(task, task.needs.length);
    if (task.needs.length === 0) order.push(task);
  }
  for (let next = 0; next < order.length; next++) {
    for (const task of order[next]!.downstream) {
      const left = missing.get(task)! - 1;
      missing.set(task, left);
      if (left === 0) order.push(task);
    }
  }
  if (order.length < tasks.size)
    reportCycles(
      [...missing].filter(([, left]) => left > 0).map(([task]) => task),
      report,
    );
  return order;
}

/** Walks backwards from each task left over until one repeats: that is a cycle. Each is told once. */
function reportCycles(left: readonly Task[], report: Report): void {
  const stuck = new Set(left);
  const seen = new Set<Task>();
  for (const start of left) {
    const path: Task[] = [];
    let at: Task | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      at = at.needs.find((need) => stuck.has(need));
    }
    const from = at === undefined ? -1 : path.indexOf(at);
    if (from < 0) continue;
    const cycle = path.slice(from).toReversed();
    const names = [...cycle, cycle[0]!].map(({ id }) => id);
    const shown = names.length > 12 ? [...names.slice(0, 6), '...', ...names.slice(-5)] : names;
    report.error(
      'DAG_CYCLE',
      `${cycle[0]!.pointer}/needs`,
      `tasks wait for each other: ${shown.join(' -> ')}`,
    );
  }
}

/** Every task's ancestors, as sets of bits by place in the order; made only when somebody asks. */
export class Ancestors {
  readonly #order: readonly Task[];
  readonly #place = new Map<Task, number>();
  #rows: Uint32Array[] | undefined;

  constructor(order: readonly Task[]) {
    this.#order = order;
    order.forEach((task, place) => {
      this.#place.set(task, place);
    });
  }

  has(task: Task, ancestor: Task): boolean {
    if (task.needs.includes(ancestor)) return true;
    const row = this.#place.get(task);
    const bit = this.#place.get(ancestor);
    if (row === undefined || bit === undefined) return false;
    this.#rows ??= this.#compute();
    return (this.#rows[row]![bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  #compute(): Uint32Array[] {
    const words = (this.#order.length + 31) >>> 5;
    const rows: Uint32Array[] = [];
    for (const task of this.#order) {
      const row = new Uint32Array(words);
      for (const need of task.needs) {
        const place = this.#place.get(need)!;
        const other = rows[place]!;
        for (let i = 0; i < words; i++) row[i]! |= other[i]!;
        row[place >>> 5]! |= 1 << (place & 31);
      }
      rows.push(row);
    }
    return rows;
  }
}
