const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `500ms`, `10s`, `5m`, `1h`, `2d` or of an ISO 8601 duration in days and less; undefined for anything else. */
export function durationMs(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const short = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text);
  if (short !== null) return Math.round(Number(short[1]) * UNITS[short[2]!]!);
  const iso = /^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$/.exec(text);
  if (iso === null || iso.slice(1).every((part) => part === undefined)) return undefined;
  const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0));
  return Math.round(
    days! * UNITS['d']! + hours! * UNITS['h']! + minutes! * UNITS['m']! + seconds! * UNITS['s']!,
  );
}
