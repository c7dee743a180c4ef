import type { Budget } from './budget.ts';

/** Whether two JSON values are the same: the order of keys does not count. */
export function sameJson(left: unknown, right: unknown, budget: Budget): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left)) return sameLists(left, right as unknown[], budget);
  const leftKeys = Object.keys(left);
  budget.work(leftKeys.length);
  if (leftKeys.length !== Object.keys(right).length) return false;
  return leftKeys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      sameJson((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key], budget),
  );
}

function sameLists(left: readonly unknown[], right: readonly unknown[], budget: Budget): boolean {
  budget.work(left.length);
  return left.length === right.length && left.every((each, i) => sameJson(each, right[i], budget));
}
