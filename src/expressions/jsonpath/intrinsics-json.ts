import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import { type Apply, intrinsic } from './intrinsic-row.ts';
import { boundedJson } from './json-text.ts';

const toJson: Apply = ([value], call) => {
  const text = call.string(value, 'the argument');
  call.budget.characters(text.length);
  if (text.trim() === '') return null;
  try {
    const json = parseJson(text, call.budget.limits);
    return json === 0 ? 0 : json;
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return call.fail(error.message);
  }
};

/** Members of the second object replace those of the first, whole. */
const merge: Apply = ([first, second, deep], call) => {
  const left = call.object(first, 'the first argument');
  const right = call.object(second, 'the second argument');
  if (typeof deep !== 'boolean') call.fail('the third argument must be a boolean');
  if (deep) call.fail('the third argument must be false: only shallow merging is supported');
  call.budget.requireResult(Object.keys(left).length + Object.keys(right).length);
  return { ...left, ...right };
};

export const JSON_INTRINSICS = [
  intrinsic('JsonMerge', 3, 3, merge),
  intrinsic('StringToJson', 1, 1, toJson),
  intrinsic('JsonToString', 1, 1, ([value], call) => boundedJson(value, call.budget)),
] as const;
