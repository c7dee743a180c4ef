import type { Budget } from './budget.ts';

/** The compact JSON of a value, paid for and bounded before it is made. */
export function boundedJson(value: unknown, budget: Budget): string {
  budget.requireResult(jsonSize(value, budget, 0));
  return JSON.stringify(value);
}

/** About the characters of a value's JSON; walking it is paid for as it goes. */
function jsonSize(value: unknown, budget: Budget, depth: number): number {
  budget.work(1);
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  budget.requireDepth(depth);
  let size = 2;
  if (Array.isArray(value)) {
    for (const each of value) size += 1 + jsonSize(each, budget, depth + 1);
  } else {
    for (const [key, each] of Object.entries(value))
      size += key.length + 4 + jsonSize(each, budget, depth + 1);
  }
  return size;
}

/** Compact JSON with sorted keys: the same text for the same value. */
export function canonicalJson(value: unknown, budget: Budget): string {
  budget.requireResult(jsonSize(value, budget, 0));
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // A list of pairs: an object would put keys that are numbers first, wherever they are.
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return { '': entries.map(([key, each]) => [key, sorted(each)]) };
}

/** A value in a text that States.Format makes: objects and lists are written as `{a=1, b=[x, y]}`. */
export function interpolated(value: unknown, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  budget.requireResult(jsonSize(value, budget, 0));
  return written(value);
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}=${written(each)}`)
    .join(', ')}}`;
}
