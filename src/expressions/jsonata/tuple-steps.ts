import type { Node, Stage } from './ast.ts';
import { compileSort } from './compile-sort.ts';
import type { Compiler } from './compiler.ts';
import { Binding, type Evaluation, type Frame } from './evaluation.ts';
import { compileFilter } from './filter.ts';
import { frameOf, isTuples, newTuples, Tuple, within } from './tuples.ts';
import type { List } from './values.ts';

export type Tuples = List & Tuple[];

/** One step of a path over its tuples; over plain values as long as there are none. */
export type TupleStep = (
  evaluation: Evaluation,
  values: readonly unknown[],
  tuples: readonly Tuple[] | undefined,
  frame: Frame,
) => Tuples;

export function compileTupleStep(compiler: Compiler, node: Node): TupleStep {
  for (const name of [node.focus, node.index]) if (name !== undefined) compiler.scope.add(name);
  const step = node.type === 'sort' ? sorting(compiler, node) : walking(compiler, node);
  const stages = compileStages(compiler, node.stages ?? []);
  if (stages.length === 0) return step;
  return (evaluation, values, given, frame) => {
    let tuples = step(evaluation, values, given, frame);
    for (let i = 0; i < stages.length; i++) tuples = stages[i]!(evaluation, tuples, frame);
    return tuples;
  };
}

function sorting(compiler: Compiler, node: Node & { readonly type: 'sort' }): TupleStep {
  const sort = compileSort(compiler, node);
  const { index } = node;
  return (evaluation, values, tuples, frame) => {
    if (tuples !== undefined) return sort(evaluation, tuples, frame) as Tuples;
    const result = newTuples() as Tuples;
    sort(evaluation, values, frame).forEach((value, place) => {
      result.push(new Tuple(value, index === undefined ? null : new Binding(index, place, null)));
    });
    return result;
  };
}

function walking(compiler: Compiler, node: Node): TupleStep {
  const run = compiler.compile(node);
  const { focus, index } = node;
  const ancestor = node.ancestor?.label;
  /** The tuple for one value that the step gave for another. */
  const follow = (from: Tuple, value: unknown, place: number): Tuple => {
    let { bindings } = from;
    if (focus !== undefined) bindings = new Binding(focus, value, bindings);
    if (index !== undefined) bindings = new Binding(index, place, bindings);
    if (ancestor !== undefined) bindings = new Binding(ancestor, from.value, bindings);
    return new Tuple(focus === undefined ? value : from.value, bindings);
  };
  return (evaluation, values, tuples, frame) => {
    const result = newTuples() as Tuples;
    const starts = tuples ?? values.map((value) => new Tuple(value, null));
    for (const start of starts) {
      evaluation.charge(1);
      const value = run(evaluation, start.value, frameOf(start, frame));
      if (value === undefined) continue;
      if (isTuples(value)) {
        evaluation.charge(value.length);
        for (const inner of value) result.push(within(start, inner));
      } else if (Array.isArray(value)) {
        evaluation.charge(value.length);
        for (let i = 0; i < value.length; i++) result.push(follow(start, value[i], i));
      } else result.push(follow(start, value, 0));
    }
    return result;
  };
}

type TupleStage = (evaluation: Evaluation, tuples: Tuples, frame: Frame) => Tuples;

function compileStages(compiler: Compiler, stages: readonly Stage[]): readonly TupleStage[] {
  return stages.map((stage): TupleStage => {
    if (stage.type === 'filter') {
      const filter = compileFilter(compiler, stage.expr);
      return (evaluation, tuples, frame) => filter(evaluation, tuples, frame) as Tuples;
    }
    compiler.scope.add(stage.value);
    return (_, tuples) => {
      const result = newTuples() as Tuples;
      tuples.forEach((tuple: Tuple, place: number) => {
        result.push(new Tuple(tuple.value, new Binding(stage.value, place, tuple.bindings)));
      });
      return result;
    };
  });
}
