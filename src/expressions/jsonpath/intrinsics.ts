import type { Intrinsic } from './intrinsic-row.ts';
import { ARRAY_INTRINSICS } from './intrinsics-arrays.ts';
import { CODING_INTRINSICS } from './intrinsics-coding.ts';
import { JSON_INTRINSICS } from './intrinsics-json.ts';
import { MATH_INTRINSICS } from './intrinsics-math.ts';
import { TEXT_INTRINSICS } from './intrinsics-text.ts';

export { compileFormat } from './intrinsics-text.ts';

/** All intrinsic functions by their names without `States.`. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map(
  [...ARRAY_INTRINSICS, ...CODING_INTRINSICS, ...JSON_INTRINSICS, ...MATH_INTRINSICS, ...TEXT_INTRINSICS].map(
    (row) => [row.name, row],
  ),
);
