import { type Evaluation, Fault } from './evaluation.ts';
import { compareTimes, timeArithmetic } from './time.ts';
import { describe, type JsonMap, Opaque, Optional, ownMember, requireDepth } from './values.ts';

function noOverload(operator: string, left: unknown, right: unknown): Fault {
  return new Fault(`${describe(left)} ${operator} ${describe(right)} has no meaning`);
}

/** `double`: an operand is known to be a double, so an integral result beyond 2^53 is an approximation by intent. */
function requireExact(
  operator: string,
  left: number,
  right: number,
  result: number,
  double: boolean,
): number {
  if (!Number.isFinite(result))
    throw new Fault(`${left} ${operator} ${right} is beyond the range of numbers`);
  const approximate = Number.isInteger(left) && Number.isInteger(right) && !Number.isSafeInteger(result);
  if (approximate && !double) {
    throw new Fault(`${left} ${operator} ${right} is beyond 2^53, where ints are no longer exact`);
  }
  return result + 0;
}

export function add(evaluation: Evaluation, left: unknown, right: unknown, double: boolean): unknown {
  if (typeof left === 'number' && typeof right === 'number') {
    return requireExact('+', left, right, left + right, double);
  }
  if (typeof left === 'string' && typeof right === 'string') {
    const size = left.length + right.length;
    evaluation.requireResult(size);
    evaluation.chargeText(size);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    const size = left.length + right.length;
    evaluation.requireResult(size);
    evaluation.charge(size);
    return left.concat(right);
  }
  const time = timeArithmetic('+', left, right);
  if (time !== undefined) return time;
  throw noOverload('+', left, right);
}

export function subtract(left: unknown, right: unknown, double: boolean): unknown {
  if (typeof left === 'number' && typeof right === 'number') {
    return requireExact('-', left, right, left - right, double);
  }
  const time = timeArithmetic('-', left, right);
  if (time !== undefined) return time;
  throw noOverload('-', left, right);
}

export function multiply(left: unknown, right: unknown, double: boolean): number {
  if (typeof left !== 'number' || typeof right !== 'number') throw noOverload('*', left, right);
  return requireExact('*', left, right, left * right, double);
}

/** Two ints divide like ints, cut towards zero; any other two numbers like doubles. */
export function divide(left: unknown, right: unknown, double: boolean): number {
  if (typeof left !== 'number' || typeof right !== 'number') throw noOverload('/', left, right);
  if (right === 0) throw new Fault(`${left} / 0: division by zero`);
  const ints = !double && Number.isInteger(left) && Number.isInteger(right);
  const result = ints ? Math.trunc(left / right) : left / right;
  return requireExact('/', left, right, result, double);
}

export function remainder(left: unknown, right: unknown): number {
  if (!Number.isInteger(left) || !Number.isInteger(right)) throw noOverload('%', left, right);
  if (right === 0) throw new Fault(`${left} % 0: division by zero`);
  return ((left as number) % (right as number)) + 0;
}

export function negate(value: unknown): number {
  if (typeof value !== 'number') throw new Fault(`-${describe(value)} has no meaning`);
  return 0 - value;
}

/** Negative, zero or positive, as CEL orders numbers, strings (by code point), bools and times. */
export function compare(evaluation: Evaluation, operator: string, left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(evaluation, left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  const times = compareTimes(left, right);
  if (times !== undefined) return times;
  throw noOverload(operator, left, right);
}

function compareStrings(evaluation: Evaluation, left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  evaluation.chargeText(length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return codePointRank(a) - codePointRank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others, so they rank behind U+FFFF. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** CEL's equality: values of different types are unequal, never an error. */
export function equals(evaluation: Evaluation, left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return equalStrings(evaluation, left, right);
  if (left === right) return true;
  if (typeof left === 'object' && typeof right === 'object' && left !== null && right !== null) {
    return deepEquals(evaluation, left, right, 0);
  }
  return false;
}

function equalStrings(evaluation: Evaluation, left: string, right: string): boolean {
  if (left.length === right.length) evaluation.chargeText(left.length);
  return left === right;
}

function deepEquals(evaluation: Evaluation, left: unknown, right: unknown, depth: number): boolean {
  evaluation.charge(1);
  if (typeof left === 'string' && typeof right === 'string') return equalStrings(evaluation, left, right);
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  requireDepth(evaluation, depth);
  if (left instanceof Opaque || right instanceof Opaque) {
    if (left instanceof Optional && right instanceof Optional) {
      return deepEquals(evaluation, Optional.read(left), Optional.read(right), depth + 1);
    }
    return compareTimes(left, right) === 0;
  }
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, i) => deepEquals(evaluation, item, right[i], depth + 1));
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  evaluation.charge(keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      deepEquals(evaluation, (left as JsonMap)[key], ownMember(right, key), depth + 1),
  );
}

/** `x in list` by equality, `key in map` by own key. */
export function isIn(evaluation: Evaluation, item: unknown, container: unknown): boolean {
  if (Array.isArray(container)) {
    for (const member of container) {
      evaluation.charge(1);
      if (equals(evaluation, item, member)) return true;
    }
    return false;
  }
  if (typeof container !== 'object' || container === null || container instanceof Opaque) {
    throw noOverload('in', item, container);
  }
  return typeof item === 'string' && ownMember(container, item) !== undefined;
}
