import type { Budget } from './budget.ts';

/** Whether two JSON values are the same: the order of keys does not count. */
export function sameJson(left: unknown, right: unknown, budget: Budget, depth = 0): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  budget.requireDepth(depth);
  if (Array.isArray(left)) return sameLists(left, right as unknown[], budget, depth);
  const keys = Object.keys(left);
  budget.work(keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) && sameJson(memberOf(left, key), memberOf(right, key), budget, depth + 1),
  );
}

function memberOf(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key];
}

function sameLists(
  left: readonly unknown[],
  right: readonly unknown[],
  budget: Budget,
  depth: number,
): boolean {
  budget.work(left.length);
  return left.length === right.length && left.every((each, i) => sameJson(each, right[i], budget, depth + 1));
}
