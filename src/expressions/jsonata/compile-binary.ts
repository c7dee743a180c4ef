import type { BinaryNode, Node } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure, Evaluation } from './evaluation.ts';
import { at, Fault } from './fault.ts';
import { toText } from './text.ts';
import { asSequence, isEqual, isNumeric, isTrue } from './values.ts';

type Operator = (evaluation: Evaluation, left: unknown, right: unknown) => unknown;

export function compileBinary(compiler: Compiler, node: BinaryNode): Closure {
  const left = compiler.compile(node.lhs);
  const right = compiler.compile(node.rhs);
  const { value: token, position } = node;
  if (token === 'and' || token === 'or') return compileLogic(left, right, token, position);
  const operate = OPERATORS[token];
  if (operate === undefined) throw new Error(`no operator ${token}`);
  return (evaluation, input, frame) => {
    evaluation.steps--;
    const leftValue = left(evaluation, input, frame);
    const rightValue = right(evaluation, input, frame);
    try {
      return operate(evaluation, leftValue, rightValue);
    } catch (error) {
      throw at(error, position, token);
    }
  };
}

function compileLogic(
  left: Closure,
  right: Closure,
  token: 'and' | 'or',
  position: number | undefined,
): Closure {
  const decides = token === 'or';
  return (evaluation, input, frame) => {
    evaluation.steps--;
    const leftValue = left(evaluation, input, frame);
    try {
      return isTrue(evaluation, leftValue) === decides
        ? decides
        : isTrue(evaluation, right(evaluation, input, frame));
    } catch (error) {
      throw at(error, position, token);
    }
  };
}

export function compileNegation(compiler: Compiler, node: Node, position: number | undefined): Closure {
  const run = compiler.compile(node);
  return (evaluation, input, frame) => {
    const value = run(evaluation, input, frame);
    if (value === undefined) return undefined;
    if (isNumeric(value)) return -value;
    throw new Fault('D1002', { value, position, token: '-' });
  };
}

function arithmetic(operate: (left: number, right: number) => number): Operator {
  return (_, left, right) => {
    if (left !== undefined && !isNumeric(left)) throw new Fault('T2001', { value: left });
    if (right !== undefined && !isNumeric(right)) throw new Fault('T2002', { value: right });
    return left === undefined || right === undefined ? undefined : operate(left, right);
  };
}

type Comparable = string | number | undefined;

function isComparable(value: unknown): value is Comparable {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

function comparison(compare: (left: string | number, right: string | number) => boolean): Operator {
  return (_, left, right) => {
    if (!isComparable(left) || !isComparable(right)) {
      throw new Fault('T2010', { value: isComparable(left) && left !== undefined ? right : left });
    }
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw new Fault('T2009', { value: left, value2: right });
    return compare(left, right);
  };
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '=': (evaluation, left, right) =>
    left !== undefined && right !== undefined && isEqual(evaluation, left, right),
  '!=': (evaluation, left, right) =>
    left !== undefined && right !== undefined && !isEqual(evaluation, left, right),
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  '&': concatenate,
  '..': range,
  in: includes,
};

function concatenate(evaluation: Evaluation, left: unknown, right: unknown): string {
  const leftText = left === undefined ? '' : toText(evaluation, left);
  const rightText = right === undefined ? '' : toText(evaluation, right);
  evaluation.requireResult(leftText.length + rightText.length);
  return leftText + rightText;
}

/** The most elements the language allows `..` to make; the limits may allow less. */
const LONGEST_RANGE = 1e7;

function range(evaluation: Evaluation, first: unknown, last: unknown): unknown {
  if (first !== undefined && !Number.isInteger(first)) throw new Fault('T2003', { value: first });
  if (last !== undefined && !Number.isInteger(last)) throw new Fault('T2004', { value: last });
  if (first === undefined || last === undefined || (first as number) > (last as number)) return undefined;
  const size = (last as number) - (first as number) + 1;
  if (size > LONGEST_RANGE) throw new Fault('D2014', { value: size });
  evaluation.requireResult(size);
  evaluation.charge(size);
  const numbers = new Array<unknown>(size);
  for (let i = 0; i < size; i++) numbers[i] = (first as number) + i;
  return asSequence(numbers);
}

function includes(evaluation: Evaluation, value: unknown, among: unknown): boolean {
  if (value === undefined || among === undefined) return false;
  if (!Array.isArray(among)) return among === value;
  evaluation.chargeText(among.length);
  return among.includes(value);
}
