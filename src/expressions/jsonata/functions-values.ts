import { BuiltIn, of } from './built-in.ts';
import { clone } from './clone.ts';
import { Fault } from './fault.ts';
import { toText } from './text.ts';
import { FunctionValue, isNumeric, toBoolean } from './values.ts';

/** Casts, types, and the functions that end an evaluation. */
export const VALUE_FUNCTIONS: readonly BuiltIn[] = [
  of('string', '<x-b?:s>', 1, (evaluation, value: unknown, pretty?: boolean) =>
    toText(evaluation, value, pretty === true ? 2 : 0),
  ),
  of('boolean', '<x-:b>', 1, (evaluation, value: unknown) =>
    value instanceof FunctionValue ? false : toBoolean(evaluation, value),
  ),
  of('not', '<x-:b>', 1, (evaluation, value: unknown) => !toBoolean(evaluation, value)),
  new BuiltIn('exists', '<x:b>', 1, (_, value: unknown) => value !== undefined),
  of('type', '<x:s>', 1, (_, value: unknown) => typeOf(value)),
  of('clone', '<(oa)-:o>', 1, (evaluation, value: unknown) => clone(evaluation, value)),
  new BuiltIn('error', '<s?:x>', 1, (_, message?: string) => {
    throw new Fault('D3137', { message: message || '$error() function evaluated' });
  }),
  new BuiltIn('assert', '<bs?:x>', 2, (_, condition?: boolean, message?: string) => {
    if (!condition) throw new Fault('D3141', { message: message || '$assert() statement failed' });
    return undefined;
  }),
];

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof FunctionValue) return 'function';
  return isNumeric(value) ? 'number' : typeof value;
}
