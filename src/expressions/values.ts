import { type Evaluation, Exhausted, Fault } from './evaluation.ts';

export const TO_JSON = Symbol('toJson');
export const TYPE = Symbol('type');

/** Values that CEL has and JSON has not. Their fields have symbols for names, so no expression can reach them. */
export abstract class Opaque {
  /** The JSON value that stands for this one when it leaves the expression. */
  abstract [TO_JSON](): unknown;
  /** What `type(x)` answers. */
  abstract [TYPE](): TypeValue;
}

const NAME = Symbol('name');
const VALUE = Symbol('value');

/** What `type(x)` answers; two are equal when they are the same object. */
export class TypeValue extends Opaque {
  readonly [NAME]: string;
  constructor(name: string) {
    super();
    this[NAME] = name;
  }
  [TO_JSON](): unknown {
    return this[NAME];
  }
  [TYPE](): TypeValue {
    return TYPES.type;
  }
}

/** A value that may be absent: `a.?b`, `optional.of(x)`. */
export class Optional extends Opaque {
  static readonly none = new Optional(undefined);
  readonly [VALUE]: unknown;
  constructor(value: unknown) {
    super();
    this[VALUE] = value;
  }
  static of(value: unknown): Optional {
    return value === undefined ? Optional.none : new Optional(value);
  }
  /** The value, or undefined. */
  static read(optional: Optional): unknown {
    return optional[VALUE];
  }
  [TO_JSON](): unknown {
    return this[VALUE] ?? null;
  }
  [TYPE](): TypeValue {
    return TYPES.optional;
  }
}

export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Opaque);
}

/** The own property `key` of a map, or undefined: prototypes are out of reach. */
export function ownMember(map: object, key: string): unknown {
  return Object.hasOwn(map, key) ? (map as JsonMap)[key] : undefined;
}

export const TYPES = {
  int: new TypeValue('int'),
  double: new TypeValue('double'),
  bool: new TypeValue('bool'),
  string: new TypeValue('string'),
  list: new TypeValue('list'),
  map: new TypeValue('map'),
  null_type: new TypeValue('null_type'),
  timestamp: new TypeValue('timestamp'),
  duration: new TypeValue('duration'),
  optional: new TypeValue('optional'),
  type: new TypeValue('type'),
} as const;

/** The types an expression may name, e.g. `type(x) == int`. */
export const TYPE_VALUES: ReadonlyMap<string, TypeValue> = new Map(
  Object.entries(TYPES).filter(([name]) => name !== 'optional'),
);

export function typeOf(value: unknown): TypeValue {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? TYPES.int : TYPES.double;
    case 'string':
      return TYPES.string;
    case 'boolean':
      return TYPES.bool;
    case 'object':
      if (value === null) return TYPES.null_type;
      if (Array.isArray(value)) return TYPES.list;
      if (value instanceof Opaque) return value[TYPE]();
      return TYPES.map;
    default:
      throw new Fault(`a ${typeof value} is not a JSON value`);
  }
}

export function typeName(value: unknown): string {
  return value === undefined ? 'nothing' : typeOf(value)[NAME];
}

/** For messages: short values as they are written, others by their type. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? 'a string' : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `a ${typeName(value)}`;
}

export function requireString(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Fault(`${what} wants a string, not ${describe(value)}`);
  return value;
}

export function requireNumber(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Fault(`${what} wants a number, not ${describe(value)}`);
  return value;
}

export function requireInteger(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value)) throw new Fault(`${what} wants an int, not ${describe(value)}`);
  return value as number;
}

export function requireList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Fault(`${what} wants a list, not ${describe(value)}`);
  return value;
}

/** Levels a value built by an expression may have: its data's own, and those the expression's nesting adds. */
export function requireDepth(evaluation: Evaluation, depth: number): void {
  const { jsonDepth, expressionDepth } = evaluation.limits;
  if (depth > jsonDepth + expressionDepth) throw new Exhausted('jsonDepth');
}

/** Adds up the size of what leaves an expression, so that shared parts cannot grow beyond bounds when written out. */
export class Exporter {
  readonly #evaluation: Evaluation;
  #size = 0;
  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** The JSON form of `value`: the same object unless something in it is not JSON. */
  toJson(value: unknown, depth = 0): unknown {
    this.#count(typeof value === 'string' ? value.length : 1);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Opaque) return this.toJson(value[TO_JSON](), depth + 1);
    requireDepth(this.#evaluation, depth);
    return Array.isArray(value) ? this.#list(value, depth) : this.#map(value as JsonMap, depth);
  }

  #count(size: number): void {
    this.#size += size;
    this.#evaluation.requireResult(this.#size);
  }

  #list(list: readonly unknown[], depth: number): unknown {
    let copy: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const json = this.toJson(list[i], depth + 1);
      if (json !== list[i]) {
        copy ??= [...list];
        copy[i] = json;
      }
    }
    return copy ?? list;
  }

  #map(map: JsonMap, depth: number): unknown {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(map)) {
      this.#count(key.length);
      const json = this.toJson(map[key], depth + 1);
      if (json !== map[key]) {
        copy ??= { ...map };
        copy[key] = json;
      }
    }
    return copy ?? map;
  }
}

/** The text of a value: a string as it is, anything else as compact JSON. */
export function toText(evaluation: Evaluation, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const json = new Exporter(evaluation).toJson(value);
  if (typeof json === 'string') return json;
  const text = JSON.stringify(json);
  evaluation.requireResult(text.length);
  evaluation.chargeText(text.length);
  return text;
}
