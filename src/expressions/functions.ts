import { type Evaluation, Fault } from './evaluation.ts';
import type { FunctionRow } from './function-row.ts';
import { LIST_FUNCTIONS } from './functions-lists.ts';
import { MATH_FUNCTIONS } from './functions-math.ts';
import { STRING_FUNCTIONS } from './functions-strings.ts';
import { matches } from './patterns.ts';
import { epochSeconds, TIME_GETTERS, Timestamp, toDuration, toTimestamp } from './time.ts';
import { describe, isMap, Optional, requireString, toText, typeOf } from './values.ts';

function toInt(_: Evaluation, value: unknown): number {
  if (typeof value === 'number') return requireExactInt(Math.trunc(value), value);
  if (value instanceof Timestamp) return epochSeconds(value);
  const text = requireString(value, 'int()');
  if (!/^[+-]?\d{1,20}$/.test(text)) throw new Fault(`int(${describe(text)}): not an int`);
  return requireExactInt(Number(text), text);
}

function requireExactInt(int: number, source: unknown): number {
  if (!Number.isSafeInteger(int)) throw new Fault(`int(${describe(source)}) is beyond 2^53`);
  return int + 0;
}

function toDouble(_: Evaluation, value: unknown): number {
  if (typeof value === 'number') return value;
  const text = requireString(value, 'double()');
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (text.length > 400 || !Number.isFinite(number))
    throw new Fault(`double(${describe(text)}): not a number`);
  return number + 0;
}

const TRUE = new Set(['true', 'TRUE', 'True', 't', '1']);
const FALSE = new Set(['false', 'FALSE', 'False', 'f', '0']);

function toBool(_: Evaluation, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const text = requireString(value, 'bool()');
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new Fault(`bool(${describe(text)}): not a bool`);
}

/** Code points of a string, elements of a list, keys of a map. */
function size(evaluation: Evaluation, value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'string') {
    evaluation.chargeText(value.length);
    let points = value.length;
    for (let i = 0; i < value.length - 1; i++) {
      if ((value.charCodeAt(i) & 0xfc00) === 0xd800 && (value.charCodeAt(i + 1) & 0xfc00) === 0xdc00)
        points--;
    }
    return points;
  }
  if (!isMap(value)) throw new Fault(`size() wants a string, list or map, not ${describe(value)}`);
  const keys = Object.keys(value).length;
  evaluation.charge(1 + keys);
  return keys;
}

function requireOptional(value: unknown, what: string): Optional {
  if (!(value instanceof Optional)) throw new Fault(`${what} wants an optional, not ${describe(value)}`);
  return value;
}

const GENERAL_FUNCTIONS: readonly FunctionRow[] = [
  { name: 'size', form: 'both', arity: [1, 1], call: size },
  { name: 'matches', form: 'both', arity: [2, 2], call: matches },
  { name: 'dyn', form: 'global', arity: [1, 1], call: (_, value) => value },
  { name: 'int', form: 'global', arity: [1, 1], call: toInt },
  { name: 'double', form: 'global', arity: [1, 1], call: toDouble, double: true },
  { name: 'bool', form: 'global', arity: [1, 1], call: toBool },
  { name: 'string', form: 'global', arity: [1, 1], call: toText },
  { name: 'type', form: 'global', arity: [1, 1], call: (_, value) => typeOf(value), opaque: true },
  { name: 'timestamp', form: 'global', arity: [1, 1], call: (_, value) => toTimestamp(value), opaque: true },
  { name: 'duration', form: 'global', arity: [1, 1], call: (_, value) => toDuration(value), opaque: true },
  { name: 'optional.none', form: 'global', arity: [0, 0], call: () => Optional.none, opaque: true },
  {
    name: 'optional.of',
    form: 'global',
    arity: [1, 1],
    call: (_, value) => Optional.of(value),
    opaque: true,
  },
  {
    name: 'hasValue',
    form: 'method',
    arity: [1, 1],
    call: (_, value) => Optional.read(requireOptional(value, 'hasValue()')) !== undefined,
  },
  {
    name: 'value',
    form: 'method',
    arity: [1, 1],
    call: (_, value) => {
      const held = Optional.read(requireOptional(value, 'value()'));
      if (held === undefined) throw new Fault('value() of an optional that is absent');
      return held;
    },
  },
];

const TIME_FUNCTIONS: readonly FunctionRow[] = [...TIME_GETTERS].map(([name, read]) => ({
  name,
  form: 'method',
  arity: [1, 2],
  call: (_: Evaluation, value: unknown, zone: unknown) => read(value, zone),
}));

/** Every function by form and name: `x.f` for methods, `f` for the others. */
export const FUNCTIONS: ReadonlyMap<string, FunctionRow> = new Map(
  [
    ...GENERAL_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...STRING_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...MATH_FUNCTIONS,
  ].flatMap((row): (readonly [string, FunctionRow])[] => {
    if (row.form === 'both') return [[row.name, row] as const, [methodKey(row.name), row] as const];
    return [[row.form === 'method' ? methodKey(row.name) : row.name, row] as const];
  }),
);

export function methodKey(name: string): string {
  return `x.${name}`;
}
