import type { CloudEvent } from '../../src/model/cloud-event.ts';
import { partitionOf } from '../../src/model/partition.ts';
import { runKeyOf } from '../../src/model/run.ts';
import { type Installation, PARTITIONS } from './installation.ts';

const CHUNK = 1_000;

/** Where the events of a partition came to lie, so that a position tells how many of them it covers. */
export class Loaded {
  readonly total: number;
  readonly #partitions: readonly (readonly Mark[])[];

  constructor(partitions: readonly (readonly Mark[])[]) {
    this.#partitions = partitions;
    this.total = partitions.reduce((sum, marks) => sum + (marks.at(-1)?.count ?? 0), 0);
  }

  /** Events of the partition. */
  of(partition: number): number {
    return this.#partitions[partition]?.at(-1)?.count ?? 0;
  }

  /** Events below the position; between two marks they are taken to lie evenly. */
  count(partition: number, position: number): number {
    let before: Mark = { offset: -1, count: 0 };
    for (const mark of this.#partitions[partition] ?? []) {
      if (position > mark.offset) before = mark;
      else {
        const part = (position - 1 - before.offset) / (mark.offset - before.offset);
        return before.count + Math.floor(part * (mark.count - before.count));
      }
    }
    return before.count;
  }

  countAll(positions: readonly number[]): number {
    return positions.reduce((sum, position, partition) => sum + this.count(partition, position), 0);
  }
}

/** The last record of a chunk, and the events up to it. */
export interface Mark {
  readonly offset: number;
  readonly count: number;
}

/** Appends the events of each partition, all partitions at once. */
export function preload(
  installation: Installation,
  eventsOf: (partition: number) => readonly CloudEvent[],
): Promise<Loaded> {
  return installation.use(async ({ log }) => {
    const marks = Array.from({ length: PARTITIONS }, async (_, partition) => {
      const found: Mark[] = [];
      const first = await log.head(partition);
      const events = eventsOf(partition);
      if (events.length > 0) found.push({ offset: first - 1, count: 0 });
      for (let from = 0; from < events.length; from += CHUNK) {
        const values = events.slice(from, from + CHUNK).map((event) => JSON.stringify(event));
        const offset = await log.append(partition, values);
        found.push({ offset, count: from + values.length });
      }
      return found;
    });
    return new Loaded(await Promise.all(marks));
  });
}

/** For each partition, names of which `name(i)/run(i)` is a run that lives there: `each` of them. */
export function namesByPartition(
  each: number,
  nameOf: (i: number) => string,
  keyOf: (name: string) => string = (name) => runKeyOf(name, 'standing'),
): string[][] {
  const found: string[][] = Array.from({ length: PARTITIONS }, () => []);
  for (let i = 0, left = each * PARTITIONS; left > 0; i++) {
    const name = nameOf(i);
    const names = found[partitionOf(keyOf(name), PARTITIONS)]!;
    if (names.length === each) continue;
    names.push(name);
    left -= 1;
  }
  return found;
}
