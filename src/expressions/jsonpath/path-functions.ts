import type { Budget } from './budget.ts';
import type { PathFunction } from './path-syntax.ts';

/** The value of `path.length()` and its like over what the path names; `undefined` where it has none. */
export function applyFunction(name: PathFunction, value: unknown, budget: Budget): unknown {
  if (name === 'length') return lengthOf(value);
  if (name === 'keys') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const keys = Object.keys(value);
    budget.requireResult(keys.length);
    return keys;
  }
  if (!Array.isArray(value)) return undefined;
  budget.work(value.length);
  const numbers = value.filter((each): each is number => typeof each === 'number');
  if (numbers.length === 0) return undefined;
  const result = AGGREGATES[name](numbers);
  return Number.isFinite(result) ? result : undefined;
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

type Aggregate = (numbers: readonly number[]) => number;

const sum: Aggregate = (numbers) => numbers.reduce((total, each) => total + each, 0);
const average: Aggregate = (numbers) => sum(numbers) / numbers.length;

const AGGREGATES: Readonly<Record<Exclude<PathFunction, 'length' | 'keys'>, Aggregate>> = {
  min: (numbers) => numbers.reduce((least, each) => Math.min(least, each)),
  max: (numbers) => numbers.reduce((greatest, each) => Math.max(greatest, each)),
  sum,
  avg: average,
  stddev: (numbers) => {
    const mean = average(numbers);
    return Math.sqrt(average(numbers.map((each) => (each - mean) ** 2)));
  },
};
