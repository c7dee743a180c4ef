import { RE2JS, RE2JSException } from 're2js';
import { TidegateError } from '../../model/errors.ts';
import { patternSize } from '../patterns.ts';
import type { Budget } from './budget.ts';
import { sameJson } from './equality.ts';
import type { FilterOperator, Operand } from './filter-syntax.ts';

/** Whether two operands stand in a relation; a path that finds nothing gives `undefined`. */
type Comparison = (left: unknown, right: unknown, budget: Budget) => boolean;

/** Instructions a pattern may be compiled to, as estimated from its text. */
const PATTERN_SIZE = 10_000;

/** Compiles an operator of a filter. Throws INVALID_EXPRESSION for a pattern that is invalid or too large. */
export function compileComparison(operator: FilterOperator, right: Operand): Comparison {
  return right.kind === 'pattern' ? compilePattern(right.pattern) : COMPARISONS[operator];
}

function compilePattern(pattern: string): Comparison {
  const size = patternSize(pattern);
  if (size > PATTERN_SIZE) {
    throw new TidegateError(
      'INVALID_EXPRESSION',
      `A pattern of about ${size} instructions; the limit is ${PATTERN_SIZE}`,
    );
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new TidegateError('INVALID_EXPRESSION', `Invalid pattern "${pattern}": ${error.message}`, {
      cause: error,
    });
  }
  const instructions = Math.max(1, compiled.programSize());
  return (left, _right, budget) => {
    if (typeof left !== 'string' && typeof left !== 'number' && typeof left !== 'boolean') return false;
    const text = String(left);
    budget.characters(text.length * instructions);
    return compiled.matches(text);
  };
}

/** Numbers and their texts are the same here, as they are to the service. */
function equal(left: unknown, right: unknown, budget: Budget): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === 'number' && typeof right === 'string')
    return isNumeral(right) && left === Number(right);
  if (typeof left === 'string' && typeof right === 'number') return equal(right, left, budget);
  return sameJson(left, right, budget);
}

function isNumeral(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function ordered(holds: (left: number | string, right: number | string) => boolean): Comparison {
  return (left, right) =>
    ((typeof left === 'number' && typeof right === 'number') ||
      (typeof left === 'string' && typeof right === 'string')) &&
    holds(left, right);
}

function isIn(value: unknown, list: unknown, budget: Budget): boolean {
  if (!Array.isArray(list)) return false;
  budget.work(list.length);
  return list.some((each) => equal(value, each, budget));
}

function everyIn(list: unknown, others: unknown, budget: Budget): boolean {
  return Array.isArray(list) && list.every((each) => isIn(each, others, budget));
}

function anyIn(list: unknown, others: unknown, budget: Budget): boolean {
  return Array.isArray(list) && list.some((each) => isIn(each, others, budget));
}

function sizeOf(value: unknown): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

const COMPARISONS: Readonly<Record<FilterOperator, Comparison>> = {
  '==': equal,
  '!=': (left, right, budget) => !equal(left, right, budget),
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
  '=~': () => false,
  in: isIn,
  nin: (left, right, budget) => !isIn(left, right, budget),
  contains: (left, right, budget) => {
    if (typeof left === 'string' && typeof right === 'string') {
      budget.characters(left.length + right.length + (left.length * right.length) / 64);
      return left.includes(right);
    }
    return isIn(right, left, budget);
  },
  subsetof: everyIn,
  anyof: anyIn,
  noneof: (left, right, budget) => Array.isArray(left) && !anyIn(left, right, budget),
  size: (left, right) => {
    const size = sizeOf(left);
    return size !== undefined && (size === right || size === sizeOf(right));
  },
  empty: (left, right) => (sizeOf(left) === 0) === (right === true) && sizeOf(left) !== undefined,
};
