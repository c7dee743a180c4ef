// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of the language, evaluated by the engine
import { type AnyQuery, QUERY, type Query, type QuerySource } from '../../expressions/index.ts';
import type { ForkAction, Template } from '../../model/documents.ts';
import type { ItemBatcher, ItemProcessor, MapState } from './model.ts';
import {
  buildSteps,
  constantValue,
  inputSteps,
  jsonataValue,
  pathValue,
  requirement,
  selectSteps,
} from './queries.ts';
import type { Place } from './region.ts';

/** The parts of a Map state that its fork is made from. `from`: where the state's input is, once items were read `held`. */
export interface MapSource {
  readonly place: Place<MapState>;
  readonly from: QuerySource & ('input' | 'held');
}

export function processorOf({ ItemProcessor, Iterator }: MapState): ItemProcessor {
  return (ItemProcessor ?? Iterator)!;
}
export function isDistributed(state: MapState): boolean {
  return processorOf(state).ProcessorConfig?.Mode === 'DISTRIBUTED';
}
/** The template of an item's input, and the field's name. */
export function selectorOf({
  ItemSelector,
  Parameters,
}: MapState): readonly [template: unknown, field: string] | undefined {
  if (ItemSelector !== undefined) return [ItemSelector, 'ItemSelector'];
  return Parameters === undefined ? undefined : [Parameters, 'Parameters'];
}

/** The list, or what was read (`event.data.items`). */
export function itemsOf({ place: { state, language }, from }: MapSource): Template {
  if (from === 'held') return '${event.data.items}';
  if (language === 'JSONata') {
    if (state.Items === undefined) return pathValueIn('JSONata', requirement('items', '', ''));
    return jsonataValue(from, state.Items, 'Items', requirement('items', 'Items', state.Items));
  }
  const { ItemsPath } = state;
  const steps = ItemsPath === undefined ? [] : selectSteps(ItemsPath, 'ItemsPath');
  return pathValue(
    from,
    [...inputSteps(state), ...steps],
    requirement('items', 'ItemsPath', (ItemsPath ?? '$').replace(/^\$\$/, '$')),
  );
}

/** The state's input as a JSONata state requires it to be. */
function pathValueIn(language: 'JSONata', more: Pick<Query, 'require'>): Template {
  return { [QUERY]: { language, from: 'input', template: '{% $states.input %}', field: 'Items', ...more } };
}

/** The list whose elements are the children's inputs: selected, and in batches. */
export function batchedItems(source: MapSource): Template {
  const { place } = source;
  const { state } = place;
  const { ItemBatcher } = state;
  const items = itemsOf(source);
  if (ItemBatcher === undefined) return items;
  const list: Query =
    typeof items === 'string'
      ? { language: 'JSONPath', from: 'result', steps: [{ member: 'items' }] }
      : queryOf(items);
  const selector = selectorOf(state);
  const query: AnyQuery = {
    language: 'items',
    items: list,
    ...(selector && { select: queryOf(selected(place, selector, source.from)) }),
    batch: batchOf(source, ItemBatcher),
  };
  return { [QUERY]: query };
}

export function selected(
  { state, language }: Place<MapState>,
  [template, field]: readonly [unknown, string],
  from: QuerySource,
): Template {
  if (language === 'JSONata') return jsonataValue(from, template, field);
  const steps = from === 'value' ? [] : inputSteps(state);
  return { [QUERY]: { language: 'JSONPath', from, steps: [...steps, ...buildSteps(template, field)] } };
}

function batchOf(source: MapSource, batcher: ItemBatcher) {
  const maxItems = numberOf(source, batcher, 'MaxItemsPerBatch', 'integer');
  const maxBytes = numberOf(source, batcher, 'MaxInputBytesPerBatch', 'integer');
  const { BatchInput } = batcher;
  const { place, from } = source;
  return {
    ...(maxItems !== undefined && { maxItems: queryOf(maxItems) }),
    ...(maxBytes !== undefined && { maxBytes: queryOf(maxBytes) }),
    ...(BatchInput !== undefined && {
      input: queryOf(selected(place, [BatchInput, 'ItemBatcher/BatchInput'], from)),
    }),
  };
}

function queryOf(value: Template): Query {
  if (typeof value === 'object' && value !== null) return (value as { [QUERY]: Query })[QUERY];
  return { language: 'JSONPath', from: 'input', steps: [{ constant: value }] };
}

/** The number in a field, or at the path beside it; undefined where neither is there. */
export function numberOf(
  { place: { state, language }, from }: MapSource,
  fields: object,
  field: string,
  kind: 'integer' | 'signed-integer' | 'percentage',
): Template | undefined {
  const { [field]: literal, [`${field}Path`]: path } = fields as Readonly<Record<string, unknown>>;
  if (typeof path === 'string') {
    const steps = [...inputSteps(state), ...selectSteps(path, `${field}Path`)];
    return pathValue(from, steps, requirement(kind, `${field}Path`, path));
  }
  if (literal === undefined) return undefined;
  if (typeof literal === 'number' || language === 'JSONPath') return constantValue(literal);
  return jsonataValue(from, literal, field, requirement(kind, field, literal));
}

/** Concurrency and tolerance, as the fork takes them. */
export function boundsOf(source: MapSource): Pick<ForkAction, 'concurrency' | 'tolerate'> {
  const { state } = source.place;
  const concurrency = numberOf(source, state, 'MaxConcurrency', 'integer');
  const count = numberOf(source, state, 'ToleratedFailureCount', 'integer');
  const percentage = numberOf(source, state, 'ToleratedFailurePercentage', 'percentage');
  return {
    ...(concurrency !== undefined && { concurrency: concurrency as number }),
    ...((count !== undefined || percentage !== undefined) && {
      tolerate: { ...(count !== undefined && { count }), ...(percentage !== undefined && { percentage }) },
    }),
  };
}

/** The label of the state's Map Runs. It is part of ARNs: at most 40 characters, and none of those that divide them. */
export function mapRunLabel({ Label }: MapState, name: string): string {
  return (Label ?? name).replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 40);
}

/** `LABEL:ID` of the Map Run, the same for its children and the writer of its results. */
export function mapRunOf({ state, name }: Place<MapState>): Template {
  return `${mapRunLabel(state, name)}:\${run.id}-\${string(event.token.turn)}`;
}
