import { compareInstants, parseInstant } from '../instant.ts';
import { compileWildcards } from './string-matches.ts';

/** A comparison operator. */
export interface Comparison {
  /** Whether it is the `Path` form, whose value is found by a path. */
  readonly byPath: boolean;
  /** What it compares with, for messages. */
  readonly wants: string;
  /** Whether this may be what the variable is compared with. */
  readonly accepts: (expected: unknown) => boolean;
  /** A test of the variable's value; a value of another type is never accepted. `expected` is accepted. */
  readonly compile: (expected: unknown) => (value: unknown) => boolean;
}

/** What a sign of a comparison, -1, 0 or 1, must be. */
const ORDERS: Readonly<Record<string, (sign: number) => boolean>> = {
  Equals: (sign) => sign === 0,
  LessThan: (sign) => sign < 0,
  LessThanEquals: (sign) => sign <= 0,
  GreaterThan: (sign) => sign > 0,
  GreaterThanEquals: (sign) => sign >= 0,
};

type Family = Omit<Comparison, 'byPath' | 'compile'> & {
  readonly compile: (expected: unknown, order: (sign: number) => boolean) => (value: unknown) => boolean;
};

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function sign<T extends string | number>(left: T, right: T): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  Numeric: {
    wants: 'a number',
    accepts: isNumber,
    compile: (expected, order) => (value) => isNumber(value) && order(sign(value, expected as number)),
  },
  String: {
    wants: 'a string',
    accepts: isString,
    compile: (expected, order) => (value) => isString(value) && order(sign(value, expected as string)),
  },
  Timestamp: {
    wants: 'a timestamp such as "2026-03-01T12:00:00Z"',
    accepts: isTimestamp,
    compile: (expected, order) => {
      const instant = parseInstant(expected)!;
      return (value) => {
        const other = parseInstant(value);
        return other !== undefined && order(compareInstants(other, instant));
      };
    },
  },
};

function isTimestamp(value: unknown): boolean {
  return parseInstant(value) !== undefined;
}

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ...Object.entries(FAMILIES).flatMap(([family, { compile, ...rest }]) =>
    Object.entries(ORDERS).flatMap(([name, order]) =>
      bothForms(`${family}${name}`, { ...rest, compile: (expected) => compile(expected, order) }),
    ),
  ),
  ...bothForms('BooleanEquals', {
    wants: 'true or false',
    accepts: (expected) => typeof expected === 'boolean',
    compile: (expected) => (value) => value === expected,
  }),
  ['StringMatches', stringMatches()],
]);

function bothForms(name: string, row: Omit<Comparison, 'byPath'>): [string, Comparison][] {
  return [
    [name, { ...row, byPath: false }],
    [`${name}Path`, { ...row, byPath: true }],
  ];
}

function stringMatches(): Comparison {
  return {
    byPath: false,
    wants: 'a string',
    accepts: isString,
    compile: (expected) => {
      const matches = compileWildcards(expected as string);
      return (value) => isString(value) && matches(value);
    },
  };
}

/** The operator of that name, if it compares. */
export function comparisonOf(name: string): Comparison | undefined {
  return COMPARISONS.get(name);
}

/** Tests of a value's type. IsPresent stands apart: it asks whether there is a value at all. */
export const TYPE_TESTS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['IsNull', (value) => value === null],
  ['IsString', isString],
  ['IsNumeric', isNumber],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', isTimestamp],
]);

/** All comparison operators, without And, Or and Not. */
export const COMPARISON_OPERATORS: readonly string[] = [
  ...COMPARISONS.keys(),
  ...TYPE_TESTS.keys(),
  'IsPresent',
];
