import { expect, test } from 'vitest';
import { allCases, type CorpusCase } from './corpus-cases.ts';
import { isObject } from './corpus-equality.ts';
import { type Came, judge } from './corpus-judge.ts';

/** What would have come, were the engine the service. */
function asRecorded({ expect: recorded }: CorpusCase): Came {
  const { status, output, error, cause, cause_json_subset: subset, cause_pattern: pattern } = recorded;
  const told = subset ? JSON.stringify(subset) : (cause ?? pattern);
  const history = recorded.trace ?? recorded.history_types?.map((type) => ({ type }));
  return { status, output, error, cause: told, ...(history && { history }) };
}

/** Something else, everywhere. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return `${value}~`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.length === 0 ? [1] : value.map(otherThan);
  if (!isObject(value)) return 0;
  const entries = Object.entries(value);
  return entries.length === 0
    ? { more: 1 }
    : Object.fromEntries(entries.map(([key, each]) => [key, otherThan(each)]));
}

const open = ({ expect: { output_ignore: ignored = [] } }: CorpusCase) => ignored.length > 0;

test('every case comes out right when what came is what was recorded', () => {
  const wrong = allCases().flatMap((each) =>
    Object.values(judge(each, asRecorded(each))).filter((line) => line !== undefined && line !== ''),
  );
  expect(wrong).toEqual([]);
});

test('every case of which nothing is left open comes out wrong when something else came', () => {
  const right = allCases().filter((each) => {
    if (open(each)) return false;
    const came = asRecorded(each);
    const other =
      each.expect.status === 'SUCCEEDED'
        ? { ...came, output: otherThan(came.output) }
        : { ...came, error: 'Other' };
    return judge(each, other).result === '' || judge(each, { ...came, status: 'ABORTED' }).result === '';
  });
  expect(right.map(({ id }) => id)).toEqual([]);
});

test('histories with an event too few, too many or another are wrong', () => {
  const right = allCases().flatMap((each) => {
    const came = asRecorded(each);
    const { history } = came;
    if (history === undefined) return [];
    const others = [
      history.slice(0, -1),
      [...history, { type: 'PassStateEntered' }],
      [{ type: 'Other' }, ...history.slice(1)],
    ];
    return others
      .filter((other) => judge(each, { ...came, history: other }).history === '')
      .map(() => each.id);
  });
  expect(right).toEqual([]);
});
