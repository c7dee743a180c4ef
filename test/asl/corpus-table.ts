import type { CorpusCase } from './corpus-cases.ts';
import { FIGURES, type Figure, type Verdict } from './corpus-judge.ts';

export interface Judged {
  readonly case: CorpusCase;
  readonly verdict: Verdict;
}

interface Count {
  readonly passed: number;
  readonly total: number;
}

/** Passed and total of those cases of which the record says anything in this figure. */
export function countOf(judged: readonly Judged[], figure: Figure): Count {
  const told = judged.filter(({ verdict }) => verdict[figure] !== undefined);
  return { passed: told.filter(({ verdict }) => verdict[figure] === '').length, total: told.length };
}

/** A group is a test with several parameters: it passes as far as its cases do. */
export function groupsOf(judged: readonly Judged[], figure: Figure): Count {
  const groups = Map.groupBy(judged, ({ case: { group, id } }) => group ?? id);
  const counts = [...groups.values()].map((each) => countOf(each, figure)).filter(({ total }) => total > 0);
  return { passed: counts.filter(({ passed, total }) => passed === total).length, total: counts.length };
}

/** A table of all categories, with the mean over categories and the groups. */
export function tableOf(judged: readonly Judged[]): string {
  const categories = [...Map.groupBy(judged, (each) => each.case.category)];
  const rows = categories.map(([name, each]) => [
    name,
    ...FIGURES.map((figure) => shown(countOf(each, figure))),
  ]);
  const mean = (figure: Figure) => {
    const counts = categories.map(([, each]) => countOf(each, figure)).filter(({ total }) => total > 0);
    const sum = counts.reduce((so, { passed, total }) => so + passed / total, 0);
    return counts.length === 0 ? '-' : `${((100 * sum) / counts.length).toFixed(1)} %`;
  };
  return lined([
    ['category', ...FIGURES],
    ...rows,
    ['mean over categories', ...FIGURES.map(mean)],
    ['all cases', ...FIGURES.map((figure) => shown(countOf(judged, figure)))],
    ['whole groups', ...FIGURES.map((figure) => shown(groupsOf(judged, figure)))],
  ]);
}

const shown = ({ passed, total }: Count) => (total === 0 ? '-' : `${passed}/${total}`);

function lined(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n');
}
