import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';

/**
 * A list that an evaluation made (one that was handed in has no kind). A `sequence` is many values rather than a value: of one
 * element it is that element unless `keepSingleton`, of none it is nothing. `constructed` is not flattened by the path it
 * begins or ends. `tuples` holds Tuple alone.
 */
export interface List extends Array<unknown> {
  kind?: 'list' | 'sequence' | 'constructed' | 'tuples';
  keepSingleton?: boolean;
}

export function newList(): List {
  const list: List = [];
  list.kind = 'list';
  return list;
}

/** Marks an array that was just made as the evaluation's own. */
export function asList(array: unknown[]): List {
  const list: List = array;
  list.kind = 'list';
  return list;
}

export function newSequence(): List {
  const sequence: List = [];
  sequence.kind = 'sequence';
  return sequence;
}

export function asSequence(array: unknown[]): List {
  const sequence: List = array;
  sequence.kind = 'sequence';
  return sequence;
}

export function isSequence(value: unknown): value is List {
  return Array.isArray(value) && (value as List).kind === 'sequence';
}

/** What a part of an expression gives: a sequence of none is nothing, of one its element. */
export function settle(value: unknown, keepArray: boolean): unknown {
  if (!isSequence(value)) return value;
  if (keepArray) value.keepSingleton = true;
  if (value.length === 0) return undefined;
  return value.length === 1 && value.keepSingleton !== true ? value[0] : value;
}

/** An object that an evaluation made; those handed in are plain. */
export class Made {
  [key: string]: unknown;
}

const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Sets a member of an object under construction. */
export function setMember(object: Made, key: string, value: unknown): void {
  if (UNSAFE_KEYS.has(key)) {
    throw new Fault('D1010', { message: `The key "${key}" of an object is not allowed` });
  }
  object[key] = value;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FunctionValue)
  );
}

/** The own member of an object: prototypes are out of reach. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A function of the language: built in, written in the expression, or a regular expression. */
export abstract class FunctionValue {
  /** How many arguments higher-order functions give it. */
  abstract readonly arity: number;
  /**
   * `input` is the context, for parameters that default to it. May answer a TailCall instead of a value.
   * Throws T0410 and others when the arguments do not fit.
   */
  abstract call(evaluation: Evaluation, args: readonly unknown[], input: unknown): unknown;
  /** With some arguments given, and HOLE where the rest go. */
  abstract partial(args: readonly unknown[]): FunctionValue;
}

/** The place of an argument that a partial application leaves open. */
export const HOLE = Symbol('?');

/** Calls a function, and in a loop whatever is called in its tail. */
export function apply(
  evaluation: Evaluation,
  called: unknown,
  args: readonly unknown[],
  input: unknown,
): unknown {
  evaluation.charge(1);
  if (!(called instanceof FunctionValue)) throw new Fault('T1006');
  let result = called.call(evaluation, args, input);
  while (result instanceof TailCall) {
    evaluation.charge(1);
    const { called: next, args: nextArgs, token, position } = result;
    try {
      if (!(next instanceof FunctionValue)) throw new Fault('T1006');
      result = next.call(evaluation, nextArgs, input);
    } catch (error) {
      if (error instanceof Fault) {
        error.token ??= token;
        error.position ??= position;
      }
      throw error;
    }
  }
  return result;
}

/** A call that is left to whoever called the function that ends with it. */
export class TailCall {
  readonly called: unknown;
  readonly args: readonly unknown[];
  readonly token: string | undefined;
  readonly position: number | undefined;
  constructor(
    called: unknown,
    args: readonly unknown[],
    token: string | undefined,
    position: number | undefined,
  ) {
    this.called = called;
    this.args = args;
    this.token = token;
    this.position = position;
  }
}

/** Throws D1001 for infinity, which no operation takes. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Fault('D1001', { value });
  return true;
}

export function isEvery(list: readonly unknown[], test: (value: unknown) => boolean): boolean {
  for (let i = 0; i < list.length; i++) if (!test(list[i])) return false;
  return true;
}

/** The boolean a value counts as; undefined for nothing. */
export function toBoolean(evaluation: Evaluation, value: unknown): boolean | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      return isNumeric(value) && value !== 0;
  }
  if (Array.isArray(value)) return someTrue(evaluation, value);
  if (!isObject(value)) return false;
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

function someTrue(evaluation: Evaluation, list: readonly unknown[]): boolean {
  evaluation.charge(list.length);
  evaluation.enter(1);
  let some = false;
  for (let i = 0; i < list.length; i++) if (toBoolean(evaluation, list[i])) some = true;
  evaluation.leave(1);
  return some;
}

export function isTrue(evaluation: Evaluation, value: unknown): boolean {
  return value === true || toBoolean(evaluation, value) === true;
}

/** Values as one list, lists among them spread out; nothing adds nothing, and one value alone stays itself. */
export function combine(evaluation: Evaluation, values: readonly unknown[]): unknown {
  const there = values.filter((value) => value !== undefined);
  if (there.length < 2) return there[0];
  let size = 0;
  for (const value of there) size += Array.isArray(value) ? value.length : 1;
  evaluation.requireResult(size);
  const list = newList();
  for (const value of there) pushAll(list, value);
  return list;
}

/** Adds a value, or the elements of a list. */
export function pushAll(list: unknown[], value: unknown): void {
  if (!Array.isArray(value)) list.push(value);
  else for (let i = 0; i < value.length; i++) list.push(value[i]);
}

export function isEqual(evaluation: Evaluation, left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left instanceof FunctionValue || right instanceof FunctionValue) return false;
  evaluation.enter(1);
  const equal =
    Array.isArray(left) && Array.isArray(right)
      ? areEqualLists(evaluation, left, right)
      : areEqualObjects(evaluation, left as JsonObject, right as JsonObject);
  evaluation.leave(1);
  return equal;
}

function areEqualLists(evaluation: Evaluation, left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    evaluation.charge(1);
    if (!isEqual(evaluation, left[i], right[i])) return false;
  }
  return true;
}

function areEqualObjects(evaluation: Evaluation, left: JsonObject, right: JsonObject): boolean {
  if (Array.isArray(left) || Array.isArray(right)) return false;
  const keys = Object.keys(left);
  evaluation.charge(1 + keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !isEqual(evaluation, left[key], right[key])) return false;
  }
  return true;
}
