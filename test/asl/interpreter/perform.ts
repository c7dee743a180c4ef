import type {
  ChoiceState,
  FailState,
  JsonPathChoiceTest,
  PassState,
  State,
  SucceedState,
  WaitState,
} from '../../../src/compilers/asl/model.ts';
import { Failure } from '../../../src/model/failure.ts';
import { type Entry, type Exit, languageOf, type Surroundings, sightOf } from './execution.ts';
import { performWithHandlers } from './handlers.ts';
import { assigned, jsonata, jsonPath, numberOf } from './values.ts';

/** All the ways a state may be left. Throws a Failure where it fails and has no Retry and Catch that it could name. */
export function perform(state: State, entry: Entry, around: Surroundings): Exit[] {
  switch (state.Type) {
    case 'Pass':
      return [pass(state, entry, around)];
    case 'Choice':
      return [choose(state, entry, around)];
    case 'Wait':
      return [wait(state, entry, around)];
    case 'Succeed':
      return [succeed(state, entry, around)];
    case 'Fail':
      return [fail(state, entry, around)];
    default:
      return performWithHandlers(state, entry, around);
  }
}

function pass(state: PassState, entry: Entry, around: Surroundings): Exit {
  const { variables, at } = entry;
  const sight = sightOf(around, entry);
  const next = state.Next;
  if (languageOf(state, around) === 'JSONata') {
    const states = { input: entry.input };
    const output = state.Output === undefined ? entry.input : jsonata(state.Output, 'Output', states, sight);
    return {
      kind: 'went',
      next,
      output,
      variables: assigned('JSONata', state.Assign, null, states, sight),
      at,
    };
  }
  const selected = jsonPath.select(state.InputPath, entry.input, sight, 'InputPath');
  const result =
    'Result' in state
      ? state.Result
      : state.Parameters === undefined
        ? selected
        : jsonPath.template(state.Parameters, selected, sight);
  const merged = jsonPath.put(state.ResultPath, entry.input, result);
  const output = jsonPath.select(state.OutputPath, merged, sight, 'OutputPath');
  const after = state.Assign ? assigned('JSONPath', state.Assign, result, { input: null }, sight) : variables;
  return { kind: 'went', next, output, variables: after, at };
}

function choose(state: ChoiceState, entry: Entry, around: Surroundings): Exit {
  const sight = sightOf(around, entry);
  const language = languageOf(state, around);
  const states = { input: entry.input };
  const input =
    language === 'JSONata' ? entry.input : jsonPath.select(state.InputPath, entry.input, sight, 'InputPath');
  const rule = state.Choices.find((each) => {
    if (!('Condition' in each)) return jsonPath.test(each as JsonPathChoiceTest, input, sight);
    const met = jsonata(each.Condition, 'Condition', states, sight);
    if (typeof met === 'boolean') return met;
    throw new Failure('States.QueryEvaluationError', 'the condition is not a boolean');
  });
  const next = rule?.Next ?? state.Default;
  if (next === undefined) throw new Failure('States.NoChoiceMatched', 'no choice matched');
  const chosen = rule ?? state;
  const variables = assigned(language, chosen.Assign, input, states, sight);
  const output =
    language === 'JSONPath'
      ? jsonPath.select(state.OutputPath, input, sight, 'OutputPath')
      : chosen.Output === undefined
        ? entry.input
        : jsonata(chosen.Output, 'Output', states, sight);
  return { kind: 'went', next, output, variables, at: entry.at };
}

function wait(state: WaitState, entry: Entry, around: Surroundings): Exit {
  const sight = sightOf(around, entry);
  const language = languageOf(state, around);
  const states = { input: entry.input };
  if (language === 'JSONata') {
    const at = entry.at + waitOf(state, language, entry.input, entry);
    const output = state.Output === undefined ? entry.input : jsonata(state.Output, 'Output', states, sight);
    const variables = assigned(language, state.Assign, null, states, sight);
    return { kind: 'went', next: state.Next, output, variables, at };
  }
  const input = jsonPath.select(state.InputPath, entry.input, sight, 'InputPath');
  const at = entry.at + waitOf(state, language, input, entry);
  const output = jsonPath.select(state.OutputPath, input, sight, 'OutputPath');
  const variables = assigned(language, state.Assign, input, states, sight);
  return { kind: 'went', next: state.Next, output, variables, at };

  function waitOf(it: WaitState, ql: typeof language, from: unknown, { at: now }: Entry): number {
    const seconds = numberOf(ql, 'Seconds', it as never, from, sight);
    if (seconds !== undefined) return seconds * 1000;
    const text =
      it.TimestampPath !== undefined
        ? jsonPath.select(it.TimestampPath, from, sight, 'TimestampPath')
        : ql === 'JSONata'
          ? jsonata(it.Timestamp, 'Timestamp', { input: from }, sight)
          : it.Timestamp;
    const until = typeof text === 'string' && TIMESTAMP.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(until)) {
      const error = ql === 'JSONata' ? 'States.QueryEvaluationError' : 'States.Runtime';
      throw new Failure(error, `${String(text)} is no timestamp`);
    }
    return Math.max(0, until - now);
  }
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function succeed(state: SucceedState, entry: Entry, around: Surroundings): Exit {
  const { variables, at } = entry;
  const sight = sightOf(around, entry);
  if (languageOf(state, around) === 'JSONata') {
    const states = { input: entry.input };
    const output = state.Output === undefined ? entry.input : jsonata(state.Output, 'Output', states, sight);
    return { kind: 'went', next: undefined, output, variables, at };
  }
  const input = jsonPath.select(state.InputPath, entry.input, sight, 'InputPath');
  const output = jsonPath.select(state.OutputPath, input, sight, 'OutputPath');
  return { kind: 'went', next: undefined, output, variables, at };
}

function fail(state: FailState, entry: Entry, around: Surroundings): Exit {
  const sight = sightOf(around, entry);
  const language = languageOf(state, around);
  const textOf = (field: 'Error' | 'Cause'): string | undefined => {
    const path = state[`${field}Path`];
    if (path !== undefined) return textual(jsonPath.select(path, entry.input, sight, `${field}Path`));
    const text = state[field];
    if (text === undefined || language === 'JSONPath') return text;
    return textual(jsonata(text, field, { input: entry.input }, sight));
  };
  const failure = { status: 'FAILED', error: textOf('Error'), cause: textOf('Cause'), at: entry.at } as const;
  return { kind: 'failed', failure };
}

function textual(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Failure('States.Runtime', 'Error and Cause are strings');
}
