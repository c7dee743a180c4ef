/** A point in time, to the nanosecond. */
export interface Instant {
  /** Milliseconds since 1970, whole. */
  readonly ms: number;
  /** Nanoseconds beyond `ms`, 0 to 999,999. */
  readonly nanoseconds: number;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Minutes that an offset may have. */
const OFFSET_MINUTES = 18 * 60;
const MS_PER_MINUTE = 60_000;

/**
 * An ISO 8601 date and time with its offset, e.g. `2026-03-01T12:00:00.5+01:00`: `T` and `Z` in capitals, up to nine digits
 * of a second, which may be left out whole. `undefined` for anything else.
 */
export function parseInstant(value: unknown): Instant | undefined {
  if (typeof value !== 'string' || !hasShape(value)) return undefined;
  const year = digits(value, 0, 4);
  const month = digits(value, 5, 2);
  const day = digits(value, 8, 2);
  const hour = digits(value, 11, 2);
  const minute = digits(value, 14, 2);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) && hour <= 23 && minute <= 59)) {
    return undefined;
  }
  const hasSecond = value[16] === ':';
  const second = hasSecond ? digits(value, 17, 2) : 0;
  if (!(second <= 59)) return undefined;
  const [nanoseconds, end] = hasSecond ? fraction(value, 19) : [0, 16];
  const offset = offsetMinutes(value, end);
  if (Number.isNaN(nanoseconds + offset)) return undefined;
  // Date.UTC takes years below 100 for those of the last century; four hundred years are 146,097 days.
  const time = Date.UTC(year + 400, month - 1, day, hour, minute, second) - 146_097 * 1_440 * MS_PER_MINUTE;
  const ms = time - offset * MS_PER_MINUTE + Math.floor(nanoseconds / 1e6);
  return { ms, nanoseconds: nanoseconds % 1_000_000 };
}

function hasShape(text: string): boolean {
  return text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':';
}

/** NaN unless there are so many digits. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : DAYS[month - 1]!;
}

/** Nanoseconds, and where they end. */
function fraction(text: string, start: number): readonly [number, number] {
  if (text[start] !== '.') return [0, start];
  let end = start + 1;
  while (end < start + 10 && !Number.isNaN(digits(text, end, 1))) end++;
  const count = end - start - 1;
  return [count === 0 ? Number.NaN : digits(text, start + 1, count) * 10 ** (9 - count), end];
}

/** NaN unless the text ends with an offset from there. */
function offsetMinutes(text: string, at: number): number {
  const sign = text[at];
  if (sign === 'Z') return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== '+' && sign !== '-') || text[at + 3] !== ':' || text.length !== at + 6) return Number.NaN;
  const minutes = digits(text, at + 4, 2);
  const total = digits(text, at + 1, 2) * 60 + minutes;
  if (!(minutes <= 59 && total <= OFFSET_MINUTES)) return Number.NaN;
  return sign === '-' ? -total : total;
}

/** Negative when `left` is earlier, positive when it is later. */
export function compareInstants(left: Instant, right: Instant): number {
  return left.ms - right.ms || left.nanoseconds - right.nanoseconds;
}
