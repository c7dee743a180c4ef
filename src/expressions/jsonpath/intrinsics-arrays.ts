import { sameJson } from './equality.ts';
import { type Apply, intrinsic } from './intrinsic-row.ts';
import { canonicalJson } from './json-text.ts';

/** Elements that States.ArrayRange may make. */
const RANGE_ELEMENTS = 1_000;

const partition: Apply = ([list, size], call) => {
  const array = call.array(list, 'the first argument');
  const chunk = call.integer(size, 'the second argument');
  if (chunk < 1) call.fail(`the second argument must be greater than zero, but was ${chunk}`);
  call.budget.requireResult(array.length);
  const parts: unknown[][] = [];
  for (let i = 0; i < array.length; i += chunk) parts.push(array.slice(i, i + chunk));
  return parts;
};

const contains: Apply = ([list, value], call) => {
  const array = call.array(list, 'the first argument');
  call.budget.work(array.length);
  return array.some((each) => sameJson(each, value, call.budget));
};

const range: Apply = ([first, last, step], call) => {
  const from = call.integer(first, 'the first argument');
  const to = call.integer(last, 'the second argument');
  const increment = call.integer(step, 'the third argument');
  if (increment === 0) call.fail('the third argument must not be zero');
  const count = Math.max(0, Math.floor((to - from) / increment) + 1);
  if (count > RANGE_ELEMENTS) {
    call.fail(`the range has ${count} elements; the most is ${RANGE_ELEMENTS}`);
  }
  call.budget.requireResult(count);
  return Array.from({ length: count }, (_, i) => from + i * increment);
};

const getItem: Apply = ([list, position], call) => {
  const array = call.array(list, 'the first argument');
  const index = call.integer(position, 'the second argument');
  if (index < 0 || index >= array.length) {
    call.fail(`the index ${index} is out of bounds for an array of length ${array.length}`);
  }
  return array[index];
};

/** Values are told apart by their JSON with sorted keys, so that the work is linear. */
const unique: Apply = ([list], call) => {
  const array = call.array(list, 'the argument');
  call.budget.requireResult(array.length);
  const seen = new Set<string>();
  return array.filter((each) => {
    const text = canonicalJson(each, call.budget);
    return seen.size < seen.add(text).size;
  });
};

export const ARRAY_INTRINSICS = [
  intrinsic('Array', 0, Number.POSITIVE_INFINITY, (values) => [...values]),
  intrinsic('ArrayPartition', 2, 2, partition),
  intrinsic('ArrayContains', 2, 2, contains),
  intrinsic('ArrayRange', 3, 3, range),
  intrinsic('ArrayGetItem', 2, 2, getItem),
  intrinsic('ArrayLength', 1, 1, ([list], call) => call.array(list, 'the argument').length),
  intrinsic('ArrayUnique', 1, 1, unique),
] as const;
