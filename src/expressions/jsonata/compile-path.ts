import type { Node, PathNode } from './ast.ts';
import { compileGroup } from './compile-object.ts';
import { compileSort } from './compile-sort.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { compileFilter } from './filter.ts';
import { lookUp } from './steps.ts';
import { compileTupleStep } from './tuple-steps.ts';
import { isTuples, type Tuple } from './tuples.ts';
import {
  asSequence,
  isObject,
  isSequence,
  type List,
  member,
  newSequence,
  pushAll,
  settle,
} from './values.ts';

/** One step over all values the step before gave. */
export type Step = (evaluation: Evaluation, values: readonly unknown[], frame: Frame) => readonly unknown[];

export function compilePath(compiler: Compiler, node: PathNode): Closure {
  const tuplesFrom = node.steps.findIndex((step) => step.tuple === true);
  const run = tuplesFrom < 0 ? compilePlain(compiler, node) : compileTuples(compiler, node, tuplesFrom);
  const kept = node.keepSingletonArray === true ? keeping(run) : run;
  if (node.group === undefined) return kept;
  const group = compileGroup(compiler, node.group);
  return (evaluation, input, frame) => group(evaluation, kept(evaluation, input, frame), frame);
}

/** `[]` somewhere in the path: what it gives is a list even of one. */
function keeping(run: Closure): Closure {
  return (evaluation, input, frame) => {
    const result = run(evaluation, input, frame);
    if (result === undefined) return undefined;
    const isValue = !Array.isArray(result) || (result as List).kind === 'constructed';
    const kept = isValue ? asSequence([result]) : result;
    if (isSequence(kept)) kept.keepSingleton = true;
    return kept;
  };
}

function compilePlain(compiler: Compiler, { steps }: PathNode): Closure {
  const [first, ...others] = steps;
  const begin = compileFirst(compiler, first!, others[0]);
  const names = plainNames(others);
  if (names !== undefined && begin.single !== undefined) {
    return throughObjects(begin.single, first!.type === 'variable' ? undefined : begin.step, names);
  }
  const rest = others.map((step, index) => compileStep(compiler, step, index === others.length - 1));
  return (evaluation, input, frame) => {
    evaluation.steps--;
    let values = begin.step(evaluation, inputs(input, first!), frame);
    for (let i = 0; i < rest.length && values.length > 0; i++) values = rest[i]!(evaluation, values, frame);
    return values;
  };
}

function inputs(input: unknown, first: Node): readonly unknown[] {
  return Array.isArray(input) && first.type !== 'variable' ? input : asSequence([input]);
}

/** `$states.input` reads `input` alone. */
function compileMemberOfStates(compiler: Compiler, node: Node, next: Node | undefined): Closure | undefined {
  if (node.type !== 'variable' || node.value !== 'states' || compiler.scope.mayHave('states'))
    return undefined;
  if (next?.type !== 'name' || node.predicate !== undefined || node.group !== undefined) return undefined;
  compiler.variables.add('states');
  compiler.states?.add(next.value);
  return (evaluation) => evaluation.bindings['states'];
}

interface First {
  readonly step: Step;
  /** The step over one value, where it does nothing but that. */
  readonly single?: Closure;
}

function compileFirst(compiler: Compiler, node: Node, second: Node | undefined): First {
  const isLast = second === undefined;
  if (node.type === 'unary' && node.consarray === true) {
    const run = compiler.compile(node);
    return {
      step: (evaluation, values, frame) =>
        (run(evaluation, values, frame) as readonly unknown[] | undefined) ?? [],
    };
  }
  if ((node.type === 'variable' || node.type === 'name') && node.stages === undefined) {
    const run = compileMemberOfStates(compiler, node, second) ?? compiler.compile(node);
    return { step: stepOf(run, [], isLast), single: run };
  }
  return { step: compileStep(compiler, node, isLast) };
}

function plainNames(steps: readonly Node[]): readonly string[] | undefined {
  const names = steps.map((step) =>
    step.type === 'name' && step.stages === undefined && step.keepArray !== true ? step.value : undefined,
  );
  return names.includes(undefined) ? undefined : (names as string[]);
}

/**
 * The usual path, `$a.b.c`: from object to object, and step by step from the first list on. `each` is the first step where that
 * goes over a context which is a list.
 */
function throughObjects(single: Closure, each: Step | undefined, names: readonly string[]): Closure {
  const last = names.length - 1;
  const later = names.map((name, index) => nameStep(name, index === last));
  const onwards = (evaluation: Evaluation, start: readonly unknown[], from: number, frame: Frame) => {
    let values = start;
    for (let i = from; i < later.length && values.length > 0; i++)
      values = later[i]!(evaluation, values, frame);
    return values;
  };
  return (evaluation, input, frame) => {
    evaluation.steps--;
    if (each !== undefined && Array.isArray(input)) {
      return onwards(evaluation, each(evaluation, input, frame), 0, frame);
    }
    let value = single(evaluation, input, frame);
    for (let i = 0; i <= last; i++) {
      if (Array.isArray(value)) return onwards(evaluation, spread(evaluation, value), i, frame);
      if (!isObject(value)) return undefined;
      value = member(value, names[i]!);
    }
    return isSequence(value) ? spread(evaluation, value) : value;
  };
}

/** The elements of a list that is the one value so far. */
function spread(evaluation: Evaluation, value: List): List {
  if (value.kind === 'constructed') return asSequence([value]);
  evaluation.charge(value.length);
  const values = newSequence();
  pushAll(values, value);
  return values;
}

function nameStep(name: string, isLast: boolean): Step {
  return stepOf((evaluation, input) => settle(lookUp(evaluation, input, name), false), [], isLast);
}

function compileStep(compiler: Compiler, node: Node, isLast: boolean): Step {
  const filters = (node.stages ?? []).flatMap((stage) =>
    stage.type === 'filter' ? [compileFilter(compiler, stage.expr)] : [],
  );
  if (node.type === 'sort') {
    const sort = compileSort(compiler, node);
    return (evaluation, values, frame) => {
      let result: unknown = sort(evaluation, values, frame);
      for (let i = 0; i < filters.length; i++) result = filters[i]!(evaluation, result, frame);
      return result as readonly unknown[];
    };
  }
  return stepOf(compiler.compile(node), filters, isLast);
}

function stepOf(run: Closure, filters: readonly Closure[], isLast: boolean): Step {
  return (evaluation, values, frame) => {
    const result = newSequence();
    let count = 0;
    let first: unknown;
    for (let i = 0; i < values.length; i++) {
      evaluation.charge(1);
      let value = run(evaluation, values[i], frame);
      for (let j = 0; j < filters.length; j++) value = filters[j]!(evaluation, value, frame);
      if (value === undefined) continue;
      count++;
      if (count === 1) first = value;
      if (!Array.isArray(value) || (value as List).kind === 'constructed') result.push(value);
      else {
        evaluation.charge(value.length);
        pushAll(result, value);
      }
    }
    if (isLast && count === 1 && Array.isArray(first) && !isSequence(first) && !isTuples(first)) return first;
    return result;
  };
}

/** A path in which something is bound on the way: its values travel as tuples from there on. */
function compileTuples(compiler: Compiler, node: PathNode, from: number): Closure {
  const { steps } = node;
  const last = steps.length - 1;
  const firstCarrying = Math.max(from, steps[0]!.consarray === true ? 1 : 0);
  const plain = steps
    .slice(0, firstCarrying)
    .map((step, index) =>
      index === 0 ? compileFirst(compiler, step, steps[1]).step : compileStep(compiler, step, index === last),
    );
  const carrying = steps.slice(firstCarrying).map((step) => compileTupleStep(compiler, step));
  const keepsTuples = node.tuple === true;
  const groupsTuples = node.group !== undefined;
  return (evaluation, input, frame) => {
    evaluation.steps--;
    let values = inputs(input, steps[0]!);
    for (let i = 0; i < plain.length; i++) {
      values = plain[i]!(evaluation, values, frame);
      if (values.length === 0) return newSequence();
    }
    let tuples: readonly Tuple[] | undefined;
    for (let i = 0; i < carrying.length; i++) tuples = carrying[i]!(evaluation, values, tuples, frame);
    if (tuples === undefined) return values;
    if (keepsTuples || groupsTuples) return tuples;
    const result = newSequence();
    for (let i = 0; i < tuples.length; i++) result.push(tuples[i]!.value);
    return result;
  };
}
