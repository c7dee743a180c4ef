import type { BuiltIn } from './built-in.ts';
import { LIST_FUNCTIONS } from './functions-lists.ts';
import { NUMBER_FUNCTIONS } from './functions-numbers.ts';
import { OBJECT_FUNCTIONS } from './functions-objects.ts';
import { ORDER_FUNCTIONS } from './functions-order.ts';
import { PATTERN_FUNCTIONS } from './functions-patterns.ts';
import { SERVICE_FUNCTIONS } from './functions-service.ts';
import { TEXT_FUNCTIONS } from './functions-texts.ts';
import { TIME_FUNCTIONS } from './functions-times.ts';
import { VALUE_FUNCTIONS } from './functions-values.ts';

/** Every built-in function by its name, without the `$`. */
export const FUNCTIONS: ReadonlyMap<string, BuiltIn> = new Map(
  [
    ...VALUE_FUNCTIONS,
    ...TEXT_FUNCTIONS,
    ...PATTERN_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...ORDER_FUNCTIONS,
    ...OBJECT_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...SERVICE_FUNCTIONS,
  ].map((each) => [each.name, each]),
);
