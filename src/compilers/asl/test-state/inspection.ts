import {
  type AnyQuery,
  compileQuery,
  compileTrace,
  type QueryEnvironment,
} from '../../../expressions/index.ts';
import type { CloudEvent } from '../../../model/cloud-event.ts';
import type { ActionDefinition, TriggerDefinition } from '../../../model/documents.ts';
import { TidegateError } from '../../../model/errors.ts';
import { Failure } from '../../../model/failure.ts';
import type { Limits } from '../../../model/limits.ts';
import { selectorOf } from '../map-parts.ts';
import type { JsonObject, MapState } from '../model.ts';
import { names } from '../names.ts';
import type { FoundState } from './find-state.ts';
import type { Entry, LoneRun } from './lone-run.ts';
import { type LoneState, WORKFLOW } from './lone-state.ts';
import type { Left } from './lone-triggers.ts';
import { mapQueries, queryOf } from './templates.ts';
import type { InnerStates } from './work.ts';

/** Values of the members of InspectionData, not yet JSON texts. */
export type Inspected = Readonly<Record<string, unknown>>;

/** A tested state, and what became of it. */
export interface Tested {
  readonly found: FoundState;
  readonly lone: LoneState;
  readonly entry: Entry;
  readonly run: LoneRun;
  readonly contextObject: JsonObject;
  readonly limits: Limits;
}

/**
 * What a person wants to see of the data on its way through the state, as the service shows it for each type of state. The
 * values come from the queries that the state's triggers hold.
 */
export function inspect(tested: Tested): Inspected {
  const { found, entry, run } = tested;
  const { state, language } = found;
  const { Type, QueryLanguage = language } = state as { Type: string; QueryLanguage?: string };
  const isJsonata = QueryLanguage === 'JSONata';
  const shown: Record<string, unknown> = { input: entry.input };
  if (Type === 'Task') Object.assign(shown, isJsonata ? taskInJsonata(run) : taskInPaths(tested));
  else if (Type === 'Map') Object.assign(shown, mapOf(tested, isJsonata));
  else if (isJsonata) return shown;
  else if (Type === 'Pass') Object.assign(shown, passOf(tested));
  else if (Type === 'Parallel') Object.assign(shown, afterWork(tested));
  else
    Object.assign(shown, through(tested, inputQuery(tested), run.entered, [AFTER_INPUT_PATH], entry.input));
  return shown;
}

type Member = readonly [field: string, member: string];
const AFTER_INPUT_PATH: Member = ['InputPath', 'afterInputPath'];
const AFTER_PARAMETERS: Member = ['Parameters', 'afterParameters'];
const AFTER_RESULT_SELECTOR: Member = ['ResultSelector', 'afterResultSelector'];
const AFTER_RESULT_PATH: Member = ['ResultPath', 'afterResultPath'];

function taskInJsonata({ effect, worked }: LoneRun): Inspected {
  return {
    ...(effect && { afterArguments: argumentsOf(effect) }),
    ...(worked && { result: worked.data }),
  };
}

function taskInPaths(tested: Tested): Inspected {
  const { lone, run, entry } = tested;
  const { worked } = run;
  const given = actionOf(lone, names.enter(lone.slug), 'task')?.arguments;
  return {
    ...through(tested, queryOf(given), run.entered, [AFTER_INPUT_PATH, AFTER_PARAMETERS], entry.input),
    ...(worked && { result: worked.data }),
    ...afterWork(tested),
  };
}

/** From the result to the output. */
function afterWork(tested: Tested): Inspected {
  const { lone, run } = tested;
  const { worked } = run;
  if (worked === undefined) return {};
  const { slug } = lone;
  const leaving = [names.succeeded(slug), names.written(slug), names.join(slug)].find((id) =>
    lone.triggers.has(id),
  );
  const query = leftBy(lone, leaving!);
  return through(tested, query, worked, [AFTER_RESULT_SELECTOR, AFTER_RESULT_PATH], worked.data);
}

function passOf(tested: Tested): Inspected {
  const { found, lone, run, entry } = tested;
  const query = leftBy(lone, names.enter(lone.slug));
  const { Result } = found.state;
  if (Result === undefined) {
    const members = [
      AFTER_INPUT_PATH,
      AFTER_PARAMETERS,
      ['', 'afterResultSelector'],
      AFTER_RESULT_PATH,
    ] as const;
    return through(tested, query, run.entered, members, entry.input);
  }
  return {
    result: Result,
    ...through(tested, query, run.entered, [['', 'afterResultSelector'], AFTER_RESULT_PATH], Result),
  };
}

/** What finds the input that the state works with, in states that do nothing else with it. */
function inputQuery({ found, lone, contextObject }: Tested): AnyQuery | undefined {
  const { slug, triggers } = lone;
  if (found.state.Type === 'Wait') return leftBy(lone, names.wait(slug));
  const condition = triggers.get(names.enter(slug))?.condition;
  if (condition?.type !== 'choice') return leftBy(lone, names.enter(slug));
  const { inputPath } = condition;
  if (inputPath === undefined) return undefined;
  return {
    language: 'JSONPath',
    from: 'input',
    steps: [{ select: inputPath, field: 'InputPath' }],
    contextObject,
  };
}

function mapOf(tested: Tested, isJsonata: boolean): Inspected {
  const { lone, run, entry } = tested;
  const { slug } = lone;
  const begins = run.effect?.trigger ?? names.enter(slug);
  const given = actionOf(lone, begins, 'task')?.arguments as { items?: unknown } | undefined;
  const items = queryOf(given?.items);
  const list = items?.language === 'items' ? items.items : items;
  const inner = run.effect && (argumentsOf(run.effect) as InnerStates);
  const { concurrency, tolerate } = inner ?? {};
  const hasItems = inner !== undefined && begins === names.enter(slug);
  const members = hasItems
    ? [AFTER_INPUT_PATH, ['ItemsPath', 'afterItemsPath'] as const]
    : [AFTER_INPUT_PATH];
  return {
    ...(isJsonata ? {} : through(tested, list ?? readerQuery(lone), run.entered, members, entry.input)),
    ...afterItemsPointer(tested),
    ...(inner && iterationsOf(tested, items, inner)),
    ...(inner && { maxConcurrency: concurrency ?? 0 }),
    ...(tolerate?.count !== undefined && { toleratedFailureCount: tolerate.count }),
    ...(tolerate?.percentage !== undefined && { toleratedFailurePercentage: tolerate.percentage }),
    ...(isJsonata ? {} : afterWork(tested)),
  };
}

/** The items that the ItemReader's pointer led to. */
function afterItemsPointer({ found, run }: Tested): Inspected {
  const { ItemReader } = found.state as unknown as MapState;
  if (ItemReader?.ReaderConfig?.ItemsPointer === undefined || run.begun === run.entered) return {};
  return { afterItemsPointer: (run.begun.data as { readonly items: unknown }).items };
}

/** What the ItemReader takes. */
function readerQuery(lone: LoneState): AnyQuery | undefined {
  const given = actionOf(lone, names.enter(lone.slug), 'task')?.arguments;
  return queryOf((given as { parameters?: unknown } | undefined)?.parameters);
}

/** What each iteration of a Map gets, where the state makes it from the items. */
function iterationsOf(
  tested: Tested,
  items: AnyQuery | undefined,
  { items: inputs = [], value }: InnerStates,
): Inspected {
  const { found, lone, run, limits, contextObject } = tested;
  if (items?.language === 'items') {
    const { batch: _, ...unbatched } = items;
    const select = items.select && compileQuery(unbatched, limits);
    return {
      ...(select && { afterItemSelector: select(seenBy(tested, run.begun)) }),
      afterItemBatcher: inputs,
    };
  }
  if (selectorOf(found.state as unknown as MapState) === undefined) return {};
  const template = lone.item && startOf(lone.item);
  const query = queryOf(mapQueries(template, (each) => ({ ...each, contextObject })));
  if (query === undefined) return {};
  const select = compileQuery(query, limits);
  const environment = seenBy(tested, { ...run.begun, data: { value } });
  try {
    return { afterItemSelector: inputs.map((item, index) => select({ ...environment, item, index })) };
  } catch (error) {
    // An iteration would fail, not the state: its work is mocked.
    if (error instanceof Failure || error instanceof TidegateError) return {};
    throw error;
  }
}

/** The template of what an item begins with: the input of its first state, or of its run. */
function startOf(item: TriggerDefinition): unknown {
  const [action] = actionsOf(item);
  return action?.type === 'emit' ? action.data : action?.type === 'start-run' ? action.input : undefined;
}

/** The values after each of the fields, as far as the query gets; a field that the state does not have changes nothing. */
function through(
  tested: Tested,
  query: AnyQuery | undefined,
  event: CloudEvent,
  members: readonly Member[],
  from: unknown,
): Inspected {
  const steps = query?.language === 'JSONPath' ? query.steps : [];
  const values =
    query?.language === 'JSONPath' ? compileTrace(query, tested.limits)(seenBy(tested, event)) : [];
  const shown: Record<string, unknown> = {};
  let value = from;
  for (const [field, member] of members) {
    if (steps.some((step) => 'field' in step && step.field === field)) {
      const found = values.find((each) => each.field === field);
      if (found === undefined) break;
      value = found.value;
    }
    shown[member] = value;
  }
  return shown;
}

/** What the queries of the state read when the event came. */
function seenBy({ entry }: Tested, event: CloudEvent): QueryEnvironment {
  const { input, variables, now } = entry;
  return {
    event,
    context: {},
    run: { id: 'test', workflow: WORKFLOW, input, labels: {}, startedAt: now },
    vars: variables,
    item: null,
    index: null,
    now,
    state: null,
  };
}

function argumentsOf({ request }: { readonly request: unknown }): unknown {
  return (request as { arguments: unknown }).arguments;
}

function actionOf<T extends ActionDefinition['type']>(
  { triggers }: LoneState,
  id: string,
  type: T,
): Extract<ActionDefinition, { type: T }> | undefined {
  const trigger = triggers.get(id);
  return trigger && (actionsOf(trigger).find((action) => action.type === type) as never);
}

/** What the trigger does where nothing fails. */
function actionsOf({ actions }: TriggerDefinition): readonly ActionDefinition[] {
  if (Array.isArray(actions)) return actions;
  return (actions as Readonly<Record<string, readonly ActionDefinition[]>>)['fire'] ?? [];
}

/** The query of what the state gives when the trigger ends it. */
function leftBy(lone: LoneState, id: string): AnyQuery | undefined {
  return queryOf((actionOf(lone, id, 'complete')?.output as Left | undefined)?.value);
}
