import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileJsonataTemplate } from '../../../src/expressions/jsonata/index.ts';
import { Failure } from '../../../src/model/failure.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { draw } from './reference.ts';

interface Case {
  readonly id: string;
  readonly definition: {
    readonly QueryLanguage?: string;
    readonly StartAt: string;
    readonly States: Readonly<Record<string, State>>;
  };
  readonly input: unknown;
  readonly expect: {
    readonly status: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly cause?: string;
  };
}

interface State {
  readonly Type: string;
  readonly QueryLanguage?: string;
  readonly End?: boolean;
  readonly [field: string]: unknown;
}

const FOLDER = new URL('../../asl/corpus/recorded/', import.meta.url);
const CATEGORIES = ['intrinsics_jsonata', 'jsonata_evaluate', 'jsonata_arguments_output', 'variables_assign'];

/** Machines of one state in JSONata whose Arguments, Assign or Output alone decide what comes out. */
function lone(category: string): readonly (readonly [string, Case, State])[] {
  const cases: readonly Case[] = JSON.parse(readFileSync(new URL(`${category}.json`, FOLDER), 'utf8'));
  return cases.flatMap((each) => {
    const { definition } = each;
    const state = definition.States[definition.StartAt]!;
    const language = state.QueryLanguage ?? definition.QueryLanguage;
    const fails = each.expect.error === 'States.QueryEvaluationError';
    const isAlone = language === 'JSONata' && Object.keys(definition.States).length === 1;
    return isAlone && (state.Type === 'Pass' || fails) ? [[each.id, each, state] as const] : [];
  });
}

function run(state: State, input: unknown): unknown {
  let result = input;
  for (const field of ['Arguments', 'Assign', 'Output']) {
    if (!(field in state)) continue;
    const value = compileJsonataTemplate(state[field], field, LIMITS).evaluate({ states: { input } }, draw());
    if (field === 'Output') result = value;
  }
  return result;
}

describe.each(CATEGORIES)('recorded cases of %s that need only expressions', (category) => {
  it.each(lone(category))('%s', (_, { input, expect: expected }, state) => {
    if (expected.status === 'SUCCEEDED') {
      expect(run(state, input)).toEqual(expected.output);
      return;
    }
    try {
      run(state, input);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      const { error: name, reason } = error as Failure;
      expect(name).toBe(expected.error);
      expect(expected.cause?.endsWith(`. ${reason}`)).toBe(true);
    }
  });
});
