import type {
  ItemBatcher,
  ItemProcessor,
  MapState,
  ParallelState,
  QueryLanguage,
} from '../../../src/compilers/asl/model.ts';
import { Failure } from '../../../src/model/failure.ts';
import { contextOf, distinct, type Entry, languageOf, MOST_ENDS, type Surroundings } from './execution.ts';
import { jsonata, jsonPath, numberOf, type Sight } from './values.ts';
import { walk } from './walk.ts';
import { type End, type Failed, type Succeeded, TooManyEnds } from './world.ts';

/** Parallel: each branch sees the variables and changes a copy of its own. */
export function runBranches(
  state: ParallelState,
  entry: Entry,
  around: Surroundings,
  at: number,
  input: unknown,
): End[] {
  const { variables } = entry;
  return allOf(
    state.Branches.map((branch) => walk(branch, { input, variables, at }, around)),
    at,
  );
}

/** Map, inline or distributed. */
export function mapItems(
  state: MapState,
  entry: Entry,
  around: Surroundings,
  at: number,
  sight: Sight,
  input: unknown,
  retryCount: number,
): End[] {
  const processor = (state.ItemProcessor ?? state.Iterator)!;
  const distributed = processor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const language = languageOf(state, around);
  const fields = state as unknown as Readonly<Record<string, unknown>>;
  if (state.ItemReader !== undefined) throw new Error('items from outside are not interpreted');
  const selector = state.ItemSelector ?? (language === 'JSONPath' ? state.Parameters : undefined);
  const inputs = itemsOf(state, language, input, sight).map((Value, Index) => {
    const item = { Index, Value };
    if (selector === undefined) return { item, input: Value };
    const near = { ...sight, context: contextOf(around, entry, retryCount, item) };
    const chosen =
      language === 'JSONata'
        ? jsonata(selector, 'ItemSelector', { input }, near)
        : jsonPath.template(selector, input, near);
    return { item, input: chosen };
  });
  numberOf(language, 'MaxConcurrency', fields, input, sight);
  if (state.ItemBatcher !== undefined) {
    const batches = batchesOf(state.ItemBatcher, inputs, language, input, sight);
    return thresholdOf(
      batches.map((batch) => child(processor, batch, at, around)),
      (failures) => failures === 0,
      at,
    );
  }
  const count = numberOf(language, 'ToleratedFailureCount', fields, input, sight);
  const percentage = numberOf(language, 'ToleratedFailurePercentage', fields, input, sight);
  if (percentage !== undefined && !(percentage >= 0 && percentage <= 100)) {
    throw new Failure('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
  }
  const ends = inputs.map(({ item, input: own }) =>
    distributed ? child(processor, own, at, around) : inline(processor, own, item, entry, at, around),
  );
  if (!distributed) return allOf(ends, at);
  const tolerated = (failures: number) =>
    failures <= (count ?? (percentage === undefined ? 0 : Number.POSITIVE_INFINITY)) &&
    failures <= (percentage === undefined ? Number.POSITIVE_INFINITY : (percentage / 100) * ends.length);
  return thresholdOf(ends, tolerated, at);
}

/** As many items as a batch takes; how large they are is not looked at. */
function batchesOf(
  batcher: ItemBatcher,
  inputs: readonly { readonly input: unknown }[],
  language: QueryLanguage,
  input: unknown,
  sight: Sight,
): unknown[] {
  const most = numberOf(language, 'MaxItemsPerBatch', batcher as never, input, sight)!;
  const { BatchInput } = batcher;
  const common =
    BatchInput === undefined
      ? {}
      : {
          BatchInput:
            language === 'JSONata'
              ? jsonata(BatchInput, 'ItemBatcher/BatchInput', { input }, sight)
              : jsonPath.template(BatchInput, input, sight),
        };
  return Array.from({ length: Math.ceil(inputs.length / most) }, (_, at) => ({
    ...common,
    Items: inputs.slice(at * most, (at + 1) * most).map((each) => each.input),
  }));
}

function itemsOf(state: MapState, language: string, input: unknown, sight: Sight): readonly unknown[] {
  const items =
    language === 'JSONata'
      ? state.Items === undefined
        ? input
        : jsonata(state.Items, 'Items', { input }, sight)
      : jsonPath.select(state.ItemsPath, input, sight, 'ItemsPath');
  if (Array.isArray(items)) return items;
  const error = language === 'JSONata' ? 'States.QueryEvaluationError' : 'States.Runtime';
  throw new Failure(error, `Map state input must be an array but was: ${JSON.stringify(items)}`);
}

function inline(
  processor: ItemProcessor,
  input: unknown,
  item: unknown,
  { variables }: Entry,
  at: number,
  around: Surroundings,
): End[] {
  return walk(processor, { input, variables, at }, { ...around, item });
}

/** An execution of its own: it sees no variables, and its input is that of the execution. */
function child(processor: ItemProcessor, input: unknown, at: number, around: Surroundings): End[] {
  const { item: _, ...outer } = around;
  const execution = { ...around.execution, input, startedAt: at };
  return walk(processor, { input, variables: {}, at }, { ...outer, execution });
}

/** Every member has succeeded, or any that may fail was the first to. */
function allOf(members: readonly (readonly End[])[], at: number): End[] {
  return distinct([...members.flat().filter((end) => end.status !== 'SUCCEEDED'), ...together(members, at)]);
}

function together(members: readonly (readonly End[])[], at: number): Succeeded[] {
  let ways: { outputs: readonly unknown[]; at: number }[] = [{ outputs: [], at }];
  for (const ends of members) {
    const successes = ends.filter((end) => end.status === 'SUCCEEDED');
    ways = ways.flatMap((way) =>
      successes.map((end) => ({ outputs: [...way.outputs, end.output], at: Math.max(way.at, end.at) })),
    );
    if (ways.length > MOST_ENDS) throw new TooManyEnds('too many ways to succeed');
  }
  return ways.map((way) => ({ status: 'SUCCEEDED', output: way.outputs, at: way.at }));
}

/** A distributed map: failures count, whichever they are. */
function thresholdOf(
  members: readonly (readonly End[])[],
  tolerated: (failures: number) => boolean,
  at: number,
): End[] {
  const must = members.filter((ends) => ends.every(({ status }) => status !== 'SUCCEEDED')).length;
  const may = members.filter((ends) => ends.some(({ status }) => status !== 'SUCCEEDED')).length;
  const ends: End[] = [];
  const last = Math.max(at, ...members.flat().map((end) => end.at));
  if (!tolerated(may)) {
    const cause = 'The specified tolerated failure threshold was exceeded';
    const exceeded: Failed = {
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause,
      at: last,
    };
    ends.push(exceeded);
  }
  if (tolerated(must)) {
    const shown = members.map((each): readonly End[] =>
      each.map((end) =>
        end.status === 'SUCCEEDED' ? end : { ...end, status: 'SUCCEEDED', output: FAILED_ITEM },
      ),
    );
    ends.push(...together(shown, at));
  }
  return distinct(ends);
}

/** Stands where a distributed map shows how an item's execution failed, which names the execution. */
export const FAILED_ITEM = '<failed item>';
