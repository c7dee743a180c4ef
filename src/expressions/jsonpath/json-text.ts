import type { Budget } from './budget.ts';

/** The compact JSON of a value, paid for and bounded before it is made. */
export function boundedJson(value: unknown, budget: Budget): string {
  budget.requireResult(jsonSize(value, budget));
  return JSON.stringify(value);
}

/** About the characters of a value's JSON; walking it is paid for as it goes. */
function jsonSize(value: unknown, budget: Budget): number {
  budget.work(1);
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  let size = 2;
  if (Array.isArray(value)) {
    for (const each of value) size += 1 + jsonSize(each, budget);
    return size;
  }
  for (const key of Object.keys(value)) {
    size += key.length + 4 + jsonSize((value as Record<string, unknown>)[key], budget);
  }
  return size;
}

/** Compact JSON with sorted keys: the same text for the same value. */
export function canonicalJson(value: unknown, budget: Budget): string {
  if (typeof value !== 'object' || value === null) {
    budget.work(typeof value === 'string' ? value.length : 1);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each, budget)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key], budget)}`);
  budget.work(members.length + 1);
  return `{${members.join(',')}}`;
}

/** A value in a text that States.Format makes: objects and lists are written as `{a=1, b=[x, y]}`. */
export function interpolated(value: unknown, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  budget.requireResult(jsonSize(value, budget));
  return written(value);
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  const members = Object.keys(value).map(
    (key) => `${key}=${written((value as Record<string, unknown>)[key])}`,
  );
  return `{${members.join(', ')}}`;
}
