/** A point in time, to the nanosecond. */
export interface Instant {
  /** Milliseconds since 1970, whole. */
  readonly ms: number;
  /** Nanoseconds beyond `ms`, 0 to 999,999. */
  readonly nanoseconds: number;
}

const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** An ISO 8601 date and time with its offset (`T` and `Z` in capitals); `undefined` for anything else. */
export function parseInstant(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  const parts = TIMESTAMP.exec(value);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as Fields;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  const offset = offsetMinutes(parts[8], parts[9], parts[10]);
  if (offset === undefined) return undefined;
  const fraction = Number((parts[7] ?? '').padEnd(9, '0'));
  return {
    ms: date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1_000 + Math.floor(fraction / 1e6),
    nanoseconds: fraction % 1_000_000,
  };
}

type Fields = [number, number, number, number, number, number];

/** Offsets reach to 18 hours. */
function offsetMinutes(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): number | undefined {
  if (sign === undefined) return 0;
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 18 * 60) return undefined;
  return sign === '-' ? -total : total;
}

/** Negative when `left` is earlier, positive when it is later. */
export function compareInstants(left: Instant, right: Instant): number {
  return left.ms - right.ms || left.nanoseconds - right.nanoseconds;
}
