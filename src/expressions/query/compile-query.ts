import { TidegateError } from '../../model/errors.ts';
import { Failure } from '../../model/failure.ts';
import type { Limits } from '../../model/limits.ts';
import { compileJsonataTemplate } from '../jsonata/index.ts';
import { compilePathOrIntrinsic, compilePayloadTemplate, compileReferencePath } from '../jsonpath/index.ts';
import { batches } from './batches.ts';
import { inputOf, type QueryEnvironment, QueryReader, sourceOf } from './environment.ts';
import { requirePayload } from './payload.ts';
import type { AnyQuery, ItemsQuery, JsonataQuery, JsonPathQuery, JsonPathStep, Query } from './query.ts';
import { requireValue } from './requirements.ts';

export type CompiledQuery = (environment: QueryEnvironment) => unknown;

/**
 * Compiles the query of a state's field. What it gives is JSON; evaluating it throws Failure.
 * Throws INVALID_EXPRESSION for a path or an expression that cannot be read.
 */
export function compileQuery(query: AnyQuery, limits: Limits): CompiledQuery {
  if (query.language === 'items') return compileItems(query, limits);
  const { scale, payload } = query;
  const run = compileRequired(query, limits);
  if (payload) {
    return (environment) => {
      const value = run(environment);
      requirePayload(value, environment.state?.name ?? '', limits);
      return value;
    };
  }
  return scale === undefined ? run : (environment) => (run(environment) as number) * scale;
}

function compileRequired(query: Query, limits: Limits): CompiledQuery {
  const run = query.language === 'JSONata' ? compileJsonata(query, limits) : compileSteps(query, limits);
  const { require, language } = query;
  if (require === undefined) return run;
  return (environment) => requireValue(run(environment), require, language);
}

function compileJsonata(
  { template, field, from, contextObject }: JsonataQuery,
  limits: Limits,
): CompiledQuery {
  const compiled = compileJsonataTemplate(template, field, limits);
  if (compiled.constant) return () => template;
  return (environment) => {
    const reader = new QueryReader(environment, undefined, contextObject, field);
    const states = {
      get input() {
        return inputOf(environment, from);
      },
      get context() {
        return reader.context();
      },
      ...(from === 'error'
        ? { errorOutput: sourceOf(environment, from) }
        : from === 'result' || from === 'results'
          ? { result: sourceOf(environment, from) }
          : {}),
    };
    // A variable may have the name of a function of the language, and then stands before it.
    const bindings = { ...environment.vars, states };
    return compiled.evaluate(bindings, reader);
  };
}

type Step = (reader: QueryReader, environment: QueryEnvironment) => unknown;

/** Steps that several fields begin with draw the same in each, so the field counts only where it has a value of its own. */
function compileSteps({ from, steps, contextObject, require }: JsonPathQuery, limits: Limits): CompiledQuery {
  const compiled = steps.map((step) => compileStep(step, from, limits));
  return (environment) => {
    const reader = new QueryReader(environment, sourceOf(environment, from), contextObject, require?.field);
    for (let i = 0; i < compiled.length; i++) reader.input = compiled[i]!(reader, environment);
    return reader.input;
  };
}

/** A value on the way through a query. */
export interface StepValue {
  /** The field whose step gave it; undefined: a constant or a member. */
  readonly field: string | undefined;
  readonly value: unknown;
}

/**
 * The same query, told step by step: what each step gives, in order, up to the first that fails. Evaluating it throws
 * nothing. For people who want to see how a value came about.
 */
export function compileTrace(
  { from, steps, contextObject }: JsonPathQuery,
  limits: Limits,
): (environment: QueryEnvironment) => readonly StepValue[] {
  const compiled = steps.map((step) => compileStep(step, from, limits));
  return (environment) => {
    const reader = new QueryReader(environment, sourceOf(environment, from), contextObject);
    const values: StepValue[] = [];
    try {
      compiled.forEach((step, place) => {
        reader.input = step(reader, environment);
        values.push({ field: (steps[place] as { field?: string }).field, value: reader.input });
      });
    } catch (error) {
      if (!(error instanceof Failure || error instanceof TidegateError)) throw error;
    }
    return values;
  };
}

function compileStep(step: JsonPathStep, from: Query['from'], limits: Limits): Step {
  if ('constant' in step) {
    const { constant } = step;
    return () => constant;
  }
  if ('member' in step) {
    const { member, isSaid } = step;
    const memberOf = ({ input }: QueryReader) => (input as Record<string, unknown> | null)?.[member] ?? null;
    return isSaid ? (reader) => memberOf(reader) || null : memberOf;
  }
  if ('select' in step) {
    if (step.select === null) return () => ({});
    const path = compilePathOrIntrinsic(step.select, limits, step.field);
    return (reader) => path.evaluate(reader);
  }
  if ('build' in step) {
    const template = compilePayloadTemplate(step.build, limits);
    return (reader) => template.evaluate(reader);
  }
  if (step.put === null) return (_reader, environment) => inputOf(environment, from);
  const place = compileReferencePath(step.put, limits);
  return (reader, environment) => place.put(inputOf(environment, from), reader.input);
}

function compileItems({ items, select, batch }: ItemsQuery, limits: Limits): CompiledQuery {
  const list = compileQuery(items, limits);
  const selected = select && compileQuery(select, limits);
  const maxItems = batch?.maxItems && compileQuery(batch.maxItems, limits);
  const maxBytes = batch?.maxBytes && compileQuery(batch.maxBytes, limits);
  const input = batch?.input && compileQuery(batch.input, limits);
  return (environment) => {
    const all = list(environment) as readonly unknown[];
    const readFrom = items.from === 'result' ? readFromOf(environment) : undefined;
    const each =
      selected === undefined
        ? all
        : all.map((item, index) => selected({ ...environment, item, index, ...(readFrom && { readFrom }) }));
    if (batch === undefined) return each;
    return batches(each, {
      maxItems: (maxItems?.(environment) as number | undefined) ?? Number.POSITIVE_INFINITY,
      maxBytes: (maxBytes?.(environment) as number | undefined) ?? Number.POSITIVE_INFINITY,
      ...(input && { input: input(environment) }),
    });
  };
}

/** Of items that were read: where from. */
function readFromOf({ event }: QueryEnvironment): QueryEnvironment['readFrom'] {
  return (event?.data as Pick<QueryEnvironment, 'readFrom'> | undefined)?.readFrom;
}
