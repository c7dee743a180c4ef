import type { Node } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation, Frame } from './evaluation.ts';
import { frameOf, isTuples, newTuples, type Tuple } from './tuples.ts';
import { isEvery, isNumeric, isTrue, type List, newSequence } from './values.ts';

/** `[...]` behind a value: an index, indexes, or a condition for each element. `input` is the value. */
export function compileFilter(compiler: Compiler, node: Node): Closure {
  if (node.type === 'number') {
    const index = Math.floor(node.value as number);
    return (_, value) => elementAt(value, index);
  }
  const run = compiler.compile(node);
  return (evaluation, value, frame) => select(evaluation, value, run, frame);
}

function elementAt(value: unknown, index: number): unknown {
  const result = isTuples(value) ? newTuples() : newSequence();
  const list = Array.isArray(value) ? value : [value];
  const element = list[index < 0 ? list.length + index : index];
  if (element === undefined) return result;
  if (Array.isArray(element)) return element;
  result.push(element);
  return result;
}

function select(evaluation: Evaluation, value: unknown, run: Closure, frame: Frame): List {
  if (isTuples(value)) return selectTuples(evaluation, value, run, frame);
  const result = newSequence();
  if (!Array.isArray(value)) {
    if (isSelected(evaluation, run(evaluation, value, frame), 0, 1, result, value)) result.push(value);
    return result;
  }
  for (let i = 0; i < value.length; i++) {
    evaluation.charge(1);
    const element = value[i];
    const answer = run(evaluation, element, frame);
    if (isSelected(evaluation, answer, i, value.length, result, element)) result.push(element);
  }
  return result;
}

function selectTuples(evaluation: Evaluation, tuples: readonly Tuple[], run: Closure, frame: Frame): List {
  const result = newTuples();
  for (let i = 0; i < tuples.length; i++) {
    evaluation.charge(1);
    const tuple = tuples[i]!;
    const answer = run(evaluation, tuple.value, frameOf(tuple, frame));
    if (isSelected(evaluation, answer, i, tuples.length, result, tuple)) result.push(tuple);
  }
  return result;
}

/** Whether the element is meant. Indexes may name it several times: it is then put into the result here. */
function isSelected(
  evaluation: Evaluation,
  answer: unknown,
  index: number,
  length: number,
  result: List,
  element: unknown,
): boolean {
  if (answer === true) return true;
  if (isNumeric(answer)) {
    const wanted = Math.floor(answer);
    return (wanted < 0 ? length + wanted : wanted) === index;
  }
  if (!Array.isArray(answer) || !isEvery(answer, isNumeric)) return isTrue(evaluation, answer);
  evaluation.charge(answer.length);
  for (const each of answer as readonly number[]) {
    const wanted = Math.floor(each);
    if ((wanted < 0 ? length + wanted : wanted) === index) result.push(element);
  }
  return false;
}
