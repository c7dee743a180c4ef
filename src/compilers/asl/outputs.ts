import type { JsonPathStep, QuerySource } from '../../expressions/index.ts';
import type { ActionDefinition, Template } from '../../model/documents.ts';
import type { InputOutput, WithAssign } from './model.ts';
import { buildSteps, jsonataValue, outputSteps, pathValue } from './queries.ts';
import type { Place } from './region.ts';

/** `value`: steps from the source to what `Assign` sees; `after`: from there to the output, before OutputPath. */
export interface Flow {
  readonly from: QuerySource;
  readonly value: readonly JsonPathStep[];
  readonly after?: readonly JsonPathStep[];
  /** Where the fields stand, if not in the state itself (a Choice rule). */
  readonly fields?: InputOutput & WithAssign;
  /** As error texts name that place, e.g. `Choices[0]/`. */
  readonly prefix?: string;
}

/** What the state gives to the next one. */
export function outputValue({ state, language }: Place, flow: Flow): Template {
  const { from, value, after = [], fields = state as InputOutput, prefix = '' } = flow;
  if (language === 'JSONata') {
    return fields.Output === undefined
      ? pathValue(from, [], from === 'results' ? { payload: true } : {})
      : jsonataValue(from, fields.Output, `${prefix}Output`, { payload: true });
  }
  const steps = [...value, ...after, ...outputSteps(state as InputOutput)];
  const isNew = from === 'results' || steps.some((step) => !('select' in step));
  return pathValue(from, steps, isNew ? { payload: true } : {});
}

/** Sets the variables that the state assigns; they are computed with the old ones. */
export function assignActions({ state, language }: Place, flow: Flow): ActionDefinition[] {
  const { from, value, fields = state as WithAssign, prefix = '' } = flow;
  const { Assign } = fields;
  if (Assign === undefined || Object.keys(Assign).length === 0) return [];
  const values =
    language === 'JSONata'
      ? jsonataValue(from, Assign, `${prefix}Assign`, { payload: true })
      : pathValue(from, [...value, ...buildSteps(Assign, 'Assign')], { payload: true });
  return [{ type: 'set', values: values as Record<string, unknown> }];
}
