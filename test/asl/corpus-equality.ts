import { isDeepStrictEqual } from 'node:util';

/** Texts that stand for whatever the service had there. */
const MASKED = new Set([
  'date',
  'start-time',
  'snf_role_arn',
  'x-amzn-RequestId',
  'RequestId',
  'X-Amzn-Trace-Id',
]);
/** What a call's answer says of the call itself. */
const ABOUT_THE_CALL = new Set(['SdkHttpMetadata', 'SdkResponseMetadata']);
const MASK = /<[^<>]*>/;

/** Whether two JSON values are the same, but for what the record masks. Numbers are equal by value. */
export function sameAsRecorded(recorded: unknown, actual: unknown): boolean {
  if (typeof recorded === 'string') return typeof actual === 'string' && sameText(recorded, actual);
  if (Array.isArray(recorded)) {
    return (
      Array.isArray(actual) &&
      actual.length === recorded.length &&
      recorded.every((each, i) => sameAsRecorded(each, actual[i]))
    );
  }
  if (!isObject(recorded)) return isDeepStrictEqual(recorded, actual);
  if (!isObject(actual)) return false;
  const keysOf = (value: object) => Object.keys(value).filter((key) => !ABOUT_THE_CALL.has(key));
  const keys = keysOf(recorded);
  return (
    keys.length === keysOf(actual).length &&
    keys.every((key) => Object.hasOwn(actual, key) && sameAsRecorded(recorded[key], actual[key]))
  );
}

function sameText(recorded: string, actual: string): boolean {
  if (recorded === actual || MASKED.has(recorded)) return true;
  if (isFunctionError(recorded)) return isFunctionError(actual);
  if (!MASK.test(recorded)) return false;
  const pattern = recorded
    .split(/<[^<>]*>/)
    .map(escaped)
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(actual);
}

/** The cause of a function's error names the function's own source. */
function isFunctionError(text: string): boolean {
  return /^\{.*"errorType".*\}$/s.test(text);
}

/** A text with `*` for any text. */
export function meetsPattern(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's').test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy without what is at the places, null in lists. Pointers that lead nowhere are passed over. */
export function without(value: unknown, pointers: readonly string[]): unknown {
  if (pointers.length === 0) return value;
  const copy = structuredClone({ root: value });
  for (const pointer of pointers) {
    const keys = ['root', ...pointer.split('/').slice(1).map(unescaped)];
    const last = keys.pop()!;
    let place: unknown = copy;
    for (const key of keys) place = isParent(place) ? place[key] : undefined;
    if (Array.isArray(place) && Object.hasOwn(place, last)) place[Number(last)] = null;
    else if (isParent(place)) delete place[last];
  }
  return copy.root ?? null;
}

const unescaped = (key: string) => key.replace(/~1/g, '/').replace(/~0/g, '~');

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
