import type { MapState, ParallelState, TaskState } from '../../../src/compilers/asl/model.ts';
import { Failure } from '../../../src/model/failure.ts';
import { attemptsOf, delayOf, matches } from './errors.ts';
import { type Entry, type Exit, languageOf, type Surroundings, sightOf } from './execution.ts';
import { mapItems, runBranches } from './fan-out.ts';
import { callTask } from './task.ts';
import { assigned, jsonata, jsonPath, type Sight } from './values.ts';
import { failed } from './walk.ts';
import type { End, Failed } from './world.ts';

type Handled = TaskState | ParallelState | MapState;

/** A state that may retry and catch: an attempt, then what its end leads to. */
export function performWithHandlers(state: Handled, entry: Entry, around: Surroundings): Exit[] {
  return attempt(state, entry, around, entry.at, []);
}

/** `used` counts the retries per retrier. */
function attempt(
  state: Handled,
  entry: Entry,
  around: Surroundings,
  at: number,
  used: readonly number[],
): Exit[] {
  around.budget.spend();
  const retryCount = used.reduce((sum, each) => sum + (each ?? 0), 0);
  const sight = { ...sightOf(around, entry, retryCount), now: at };
  return tried(state, entry, around, at, sight, retryCount).flatMap((exit) => {
    if (exit.kind === 'went') return [exit];
    const { failure } = exit;
    const place = state.Retry?.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure.error)) ?? -1;
    const retrier = state.Retry?.[place];
    const done = used[place] ?? 0;
    if (retrier !== undefined && done < attemptsOf(retrier)) {
      const again = Array.from(
        { length: state.Retry!.length },
        (_, i) => (used[i] ?? 0) + (i === place ? 1 : 0),
      );
      return attempt(state, entry, around, failure.at + delayOf(retrier, done), again);
    }
    return caught(state, entry, around, sight, failure);
  });
}

/** One attempt: the call and, where it succeeds, the output. */
function tried(
  state: Handled,
  entry: Entry,
  around: Surroundings,
  at: number,
  sight: Sight,
  retryCount: number,
): Exit[] {
  const guarded = (now: number, work: () => Exit[]): Exit[] => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [{ kind: 'failed', failure: failed(error, now) }];
    }
  };
  return guarded(at, () => {
    const { ends, input } = begun(state, entry, around, at, sight, retryCount);
    return ends.flatMap((end) =>
      end.status === 'SUCCEEDED'
        ? guarded(end.at, () => [left(state, entry, around, sight, input, end.output, end.at)])
        : [{ kind: 'failed', failure: end }],
    );
  });
}

function begun(
  state: Handled,
  entry: Entry,
  around: Surroundings,
  at: number,
  sight: Sight,
  retryCount: number,
): { ends: End[]; input: unknown } {
  const language = languageOf(state, around);
  const input =
    language === 'JSONata' ? entry.input : jsonPath.select(state.InputPath, entry.input, sight, 'InputPath');
  if (state.Type === 'Map')
    return { ends: mapItems(state, entry, around, at, sight, input, retryCount), input };
  const argument = argumentOf(state, language, input, sight);
  const ends =
    state.Type === 'Task'
      ? [callTask(state, language, entry, around, at, sight, input, argument, retryCount)]
      : runBranches(state, entry, around, at, argument);
  return { ends, input };
}

function argumentOf(
  state: TaskState | ParallelState,
  language: string,
  input: unknown,
  sight: Sight,
): unknown {
  if (language === 'JSONata')
    return state.Arguments === undefined ? input : jsonata(state.Arguments, 'Arguments', { input }, sight);
  return state.Parameters === undefined ? input : jsonPath.template(state.Parameters, input, sight);
}

function left(
  state: Handled,
  entry: Entry,
  around: Surroundings,
  sight: Sight,
  input: unknown,
  result: unknown,
  at: number,
): Exit {
  const next = state.Next;
  if (languageOf(state, around) === 'JSONata') {
    const states = { input, result };
    const output = state.Output === undefined ? result : jsonata(state.Output, 'Output', states, sight);
    return {
      kind: 'went',
      next,
      output,
      variables: assigned('JSONata', state.Assign, null, states, sight),
      at,
    };
  }
  const selected =
    state.ResultSelector === undefined ? result : jsonPath.template(state.ResultSelector, result, sight);
  const merged = jsonPath.put(state.ResultPath, entry.input, selected);
  const output = jsonPath.select(state.OutputPath, merged, sight, 'OutputPath');
  const variables = assigned('JSONPath', state.Assign, selected, { input }, sight);
  return { kind: 'went', next, output, variables, at };
}

function caught(state: Handled, entry: Entry, around: Surroundings, sight: Sight, failure: Failed): Exit[] {
  const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, failure.error));
  if (catcher === undefined) return [{ kind: 'failed', failure }];
  const { error, cause, at } = failure;
  const errorOutput = { Error: error, Cause: cause ?? '' };
  const next = catcher.Next;
  if (languageOf(state, around) === 'JSONata') {
    const states = { input: entry.input, errorOutput };
    const output =
      catcher.Output === undefined ? errorOutput : jsonata(catcher.Output, 'Output', states, sight);
    const variables = assigned('JSONata', catcher.Assign, null, states, sight);
    return [{ kind: 'went', next, output, variables, at }];
  }
  const output = jsonPath.put(catcher.ResultPath, entry.input, errorOutput);
  const variables = assigned('JSONPath', catcher.Assign, errorOutput, { input: null }, sight);
  return [{ kind: 'went', next, output, variables, at }];
}
