import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CorpusCase, casesOf } from '../../asl/corpus-cases.ts';
import { meetsPattern, sameAsRecorded, without } from '../../asl/corpus-equality.ts';
import { isPureData, runDataStates } from './data-states.ts';

const CATEGORIES = [
  'base_states',
  'choice_operators',
  'choice_rules',
  'context_object',
  'intrinsics',
  'jsonpath_escapes',
];

const communityCases = (name: string): CorpusCase[] =>
  JSON.parse(readFileSync(new URL(`../../asl/corpus/community/${name}.json`, import.meta.url), 'utf8'));

function mistakeOf({ definition, input, expect: expected }: CorpusCase): string | undefined {
  const actual = runDataStates(definition, input);
  if (actual.status !== expected.status) return JSON.stringify(actual);
  const ignored = expected.output_ignore ?? [];
  if (
    'output' in expected &&
    !sameAsRecorded(without(expected.output, ignored), without(actual.output, ignored))
  ) {
    return JSON.stringify(actual.output);
  }
  if (expected.error !== undefined && actual.error !== expected.error) return `error ${actual.error}`;
  const cause = expected.cause_pattern ?? expected.cause?.replace(/#\d+/, '#*');
  const masked = cause?.replace(/#\d+/, '#*');
  if (masked !== undefined && !meetsPattern(masked, actual.cause ?? '')) return `cause ${actual.cause}`;
  return undefined;
}

describe.each(CATEGORIES)('recorded executions of %s', (category) => {
  const cases = casesOf(category).filter(({ definition }) => isPureData(definition));

  it('are there', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases.map((each) => [each.id, each] as const))('%s', (_id, each) => {
    expect(mistakeOf(each)).toBeUndefined();
  });
});

describe.each(['choice', 'intrinsics'])('what implementers agree on: %s', (name) => {
  it.each(communityCases(name).map((each) => [each.id, each] as const))('%s', (_id, each) => {
    expect(mistakeOf(each)).toBeUndefined();
  });
});
