import { Fault } from './evaluation.ts';
import { describe, Opaque, requireString, TO_JSON, TYPE, TYPES, type TypeValue } from './values.ts';

const NANOSECONDS = Symbol('nanoseconds');
const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
/** Years 1 to 9999, as RFC 3339 and CEL have it. */
const EARLIEST = -62_135_596_800n * SECOND;
const LATEST = 253_402_300_800n * SECOND - 1n;
/** About 10,000 years, the range of google.protobuf.Duration. */
const LONGEST = 315_576_000_000n * SECOND;

/** A point in time, exact to the nanosecond. */
export class Timestamp extends Opaque {
  readonly [NANOSECONDS]: bigint;
  constructor(nanoseconds: bigint) {
    super();
    if (nanoseconds < EARLIEST || nanoseconds > LATEST)
      throw new Fault('a timestamp outside the years 1 to 9999');
    this[NANOSECONDS] = nanoseconds;
  }
  [TO_JSON](): string {
    const nanoseconds = this[NANOSECONDS];
    const fraction = modulo(nanoseconds, SECOND);
    const seconds = new Date(Number((nanoseconds - fraction) / MILLISECOND)).toISOString().slice(0, 19);
    return `${seconds}${fractionText(fraction)}Z`;
  }
  [TYPE](): TypeValue {
    return TYPES.timestamp;
  }
}

/** A span of time, exact to the nanosecond. */
export class Duration extends Opaque {
  readonly [NANOSECONDS]: bigint;
  constructor(nanoseconds: bigint) {
    super();
    if (nanoseconds < -LONGEST || nanoseconds > LONGEST) throw new Fault('a duration beyond 10,000 years');
    this[NANOSECONDS] = nanoseconds;
  }
  [TO_JSON](): string {
    const nanoseconds = this[NANOSECONDS];
    const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
    return `${nanoseconds < 0n ? '-' : ''}${size / SECOND}${fractionText(size % SECOND)}s`;
  }
  [TYPE](): TypeValue {
    return TYPES.duration;
  }
}

function fractionText(nanoseconds: bigint): string {
  return nanoseconds === 0n ? '' : `.${nanoseconds.toString().padStart(9, '0').replace(/0+$/, '')}`;
}

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** `timestamp(x)` of RFC 3339 text or of seconds since 1970. */
export function toTimestamp(value: unknown): Timestamp {
  if (value instanceof Timestamp) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return new Timestamp(BigInt(value) * SECOND);
  const text = requireString(value, 'timestamp()');
  const parts = RFC3339.exec(text);
  if (parts === null) throw new Fault(`${describe(text)} is not an RFC 3339 timestamp`);
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const real =
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetHour ?? 0) < 24 &&
    Number(offsetMinute ?? 0) < 60;
  if (!real) throw new Fault(`${describe(text)} is not a date and time that exists`);
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === '-' ? -60 : 60);
  const seconds = BigInt(date.getTime() / 1000 - offset);
  return new Timestamp(seconds * SECOND + BigInt(fraction.padEnd(9, '0')));
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['h', 3600n * SECOND],
  ['m', 60n * SECOND],
  ['s', SECOND],
  ['ms', MILLISECOND],
  ['us', 1000n],
  ['ns', 1n],
]);

/** `duration("1h30m")`, `duration("-1.5s")`. */
export function toDuration(value: unknown): Duration {
  if (value instanceof Duration) return value;
  const text = requireString(value, 'duration()');
  const refuse = () => new Fault(`${describe(text)} is not a duration such as "1h30m" or "1.5s"`);
  if (text.length > 64) throw refuse();
  if (!/^[+-]?(?:0|(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|ns))+)$/.test(text)) throw refuse();
  let total = 0n;
  for (const [, whole, fraction = '', unit] of text.matchAll(/(\d+)(?:\.(\d+))?(h|ms|m|s|us|ns)/g)) {
    const size = UNITS.get(unit!)!;
    total += BigInt(whole!) * size;
    if (fraction !== '') total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return new Duration(text.startsWith('-') ? -total : total);
}

/** `+` and `-` where a time is involved, or undefined when there is none. */
export function timeArithmetic(operator: '+' | '-', left: unknown, right: unknown): Opaque | undefined {
  const minus = operator === '-';
  if (right instanceof Duration) {
    const by = minus ? -right[NANOSECONDS] : right[NANOSECONDS];
    if (left instanceof Timestamp) return new Timestamp(left[NANOSECONDS] + by);
    if (left instanceof Duration) return new Duration(left[NANOSECONDS] + by);
  }
  if (right instanceof Timestamp) {
    if (minus && left instanceof Timestamp) return new Duration(left[NANOSECONDS] - right[NANOSECONDS]);
    if (!minus && left instanceof Duration) return new Timestamp(left[NANOSECONDS] + right[NANOSECONDS]);
  }
  return undefined;
}

/** Negative, zero or positive; undefined when the two are not times of one kind. */
export function compareTimes(left: unknown, right: unknown): number | undefined {
  const sameKind =
    (left instanceof Timestamp && right instanceof Timestamp) ||
    (left instanceof Duration && right instanceof Duration);
  if (!sameKind) return undefined;
  const difference = left[NANOSECONDS] - right[NANOSECONDS];
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function epochSeconds(timestamp: Timestamp): number {
  const nanoseconds = timestamp[NANOSECONDS];
  return Number((nanoseconds - modulo(nanoseconds, SECOND)) / SECOND);
}

/** Offset of a zone in milliseconds. Named zones depend on the host's tables and are refused. */
function zoneOffset(zone: unknown): number {
  if (zone === undefined || zone === 'UTC' || zone === 'Z') return 0;
  const parts = /^([+-]?)(\d\d):(\d\d)$/.exec(requireString(zone, 'a time zone'));
  if (parts === null) throw new Fault(`the time zone ${describe(zone)}; only "UTC" and "+hh:mm" are known`);
  return (Number(parts[2]) * 60 + Number(parts[3])) * (parts[1] === '-' ? -60_000 : 60_000);
}

type Getter = (value: unknown, zone: unknown) => number;

function ofDate(read: (date: Date) => number): (timestamp: Timestamp, zone: unknown) => number {
  return (timestamp, zone) => {
    const nanoseconds = timestamp[NANOSECONDS];
    const milliseconds = (nanoseconds - modulo(nanoseconds, MILLISECOND)) / MILLISECOND;
    return read(new Date(Number(milliseconds) + zoneOffset(zone)));
  };
}

function getter(
  name: string,
  fromTimestamp: (timestamp: Timestamp, zone: unknown) => number,
  fromDuration?: (nanoseconds: bigint) => bigint,
): [string, Getter] {
  const read: Getter = (value, zone) => {
    if (value instanceof Timestamp) return fromTimestamp(value, zone);
    if (value instanceof Duration && fromDuration && zone === undefined) {
      return Number(fromDuration(value[NANOSECONDS]));
    }
    throw new Fault(`${name}() has no meaning for ${describe(value)}`);
  };
  return [name, read];
}

const startOfYear = (date: Date) => {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return start.getTime();
};

/** The getters of times by name; months, days of month, year and week count from 0 as CEL has it, `getDate` from 1. */
export const TIME_GETTERS: ReadonlyMap<string, Getter> = new Map([
  getter(
    'getFullYear',
    ofDate((date) => date.getUTCFullYear()),
  ),
  getter(
    'getMonth',
    ofDate((date) => date.getUTCMonth()),
  ),
  getter(
    'getDate',
    ofDate((date) => date.getUTCDate()),
  ),
  getter(
    'getDayOfMonth',
    ofDate((date) => date.getUTCDate() - 1),
  ),
  getter(
    'getDayOfWeek',
    ofDate((date) => date.getUTCDay()),
  ),
  getter(
    'getDayOfYear',
    ofDate((date) => Math.floor((date.getTime() - startOfYear(date)) / 86_400_000)),
  ),
  getter(
    'getHours',
    ofDate((date) => date.getUTCHours()),
    (size) => size / (3600n * SECOND),
  ),
  getter(
    'getMinutes',
    ofDate((date) => date.getUTCMinutes()),
    (size) => size / (60n * SECOND),
  ),
  getter(
    'getSeconds',
    ofDate((date) => date.getUTCSeconds()),
    (size) => size / SECOND,
  ),
  getter(
    'getMilliseconds',
    ofDate((date) => date.getUTCMilliseconds()),
    (size) => (size % SECOND) / MILLISECOND,
  ),
]);
