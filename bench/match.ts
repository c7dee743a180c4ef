import { compileFilter } from '../src/conditions/index.ts';
import type { CloudEvent } from '../src/model/cloud-event.ts';
import { LIMITS } from '../src/model/limits.ts';
import { MatchIndex } from '../src/triggers/index.ts';
import { median, type Row } from './measure.ts';

const SIZES = [10, 1_000, 100_000];
const LOOKUPS = 200_000;

/** (3) One event against so many triggers that differ in subject, a tenth of them with wildcards, some with a source. */
export function matchRows(): Row[] {
  const cost = new Map(SIZES.map((size) => [size, [] as number[]]));
  const indexes = new Map(SIZES.map((size) => [size, build(size)]));
  // In turn, so that a slow moment of the machine meets all sizes alike.
  for (let round = 0; round < 9; round++) {
    for (const size of SIZES) {
      const spent = lookUp(indexes.get(size)!);
      if (round >= 2) cost.get(size)!.push(spent);
    }
  }
  const base = median(cost.get(SIZES[0]!)!);
  return SIZES.map((size) => {
    const value = median(cost.get(size)!);
    return { name: `match.${size}`, value, unit: 'ns/event', baseline: base, ratio: value / base };
  });
}

/** The events looked up are the same for all sizes: they meet the first ten triggers. */
function build(size: number): MatchIndex<number> {
  const index = new MatchIndex<number>();
  const filter = compileFilter('event.data.ok == true', LIMITS);
  for (let i = 0; i < size; i++) {
    const type = 'com.example.part.done';
    if (i % 10 === 9) index.add({ subject: `line.${i}.*`, type }, i, undefined, false);
    else if (i % 10 === 8)
      index.add({ subject: `line.${i}`, type, source: `/hall/${i}` }, i, undefined, false);
    else index.add({ subject: `line.${i}`, type, filter: 'event.data.ok == true' }, i, filter, false);
  }
  return index;
}

function lookUp(index: MatchIndex<number>): number {
  const events: CloudEvent[] = Array.from({ length: 10 }, (_, i) => ({
    specversion: '1.0',
    id: String(i),
    source: i === 8 ? '/hall/8' : '/factory',
    type: 'com.example.part.done',
    subject: i === 9 ? 'line.9.left' : `line.${i}`,
    data: { ok: true },
  }));
  const found: number[] = [];
  let matches = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < LOOKUPS; i++) {
    found.length = 0;
    index.match(events[i % 10]!, found);
    matches += found.length;
  }
  const spent = Number(process.hrtime.bigint() - start) / LOOKUPS;
  if (matches !== LOOKUPS) throw new Error(`${matches} matches of ${LOOKUPS}`);
  return spent;
}
