import { type End, FAILED_ITEM } from './interpreter/index.ts';

/** An end as it is compared: the wording of causes is the service's and compared elsewhere. */
export interface Comparable {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string | undefined;
}

/** Why what came is none of the ends that the interpreter knows; undefined where it is. */
export function differenceTo(ends: readonly End[], came: Comparable): string | undefined {
  const found = comparable(came);
  const wanted = ends.map(comparable);
  return wanted.some((end) => alike(end, found))
    ? undefined
    : `came to ${JSON.stringify(found)}, not to ${wanted.map((end) => JSON.stringify(end)).join(' or ')}`;
}

function comparable(end: Comparable | End): unknown {
  if (end.status === 'SUCCEEDED') return { status: end.status, output: (end as { output: unknown }).output };
  return { status: end.status, error: (end as { error?: string }).error };
}

/** Equal but for the text of `Cause` beside `Error`, and for what shows a failed item. */
function alike(wanted: unknown, found: unknown): boolean {
  if (wanted === FAILED_ITEM) return true;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      wanted.length === found.length &&
      wanted.every((each, i) => alike(each, found[i]))
    );
  }
  if (!isObject(wanted)) return Object.is(wanted, found) || wanted === found;
  if (!isObject(found)) return false;
  const keys = Object.keys(wanted).filter((key) => wanted[key] !== undefined);
  const isError = typeof wanted['Error'] === 'string' && Object.hasOwn(wanted, 'Cause');
  return (
    keys.length === Object.keys(found).filter((key) => found[key] !== undefined).length &&
    keys.every(
      (key) => Object.hasOwn(found, key) && ((isError && key === 'Cause') || alike(wanted[key], found[key])),
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
