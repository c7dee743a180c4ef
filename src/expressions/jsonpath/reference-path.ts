import { Failure } from '../../model/failure.ts';
import { LIMITS, type Limits } from '../../model/limits.ts';
import { isUnsafeKey } from '../compile-literals.ts';
import { quoteData } from './missing.ts';
import { readPath, type Segment } from './path-syntax.ts';
import { type Step, stepsOf } from './path-walk.ts';
import { Reader } from './syntax.ts';

/** A path that names one place in a document, existing or not: `$.a.b[0]`. */
export interface ReferencePath {
  readonly text: string;
  /**
   * The document with `value` at the place; objects that are missing on the way are made. What lies on the way is
   * copied, the rest is shared. Throws Failure `States.ResultPathMatchFailure` where the document has no such place.
   */
  put(root: unknown, value: unknown): unknown;
}

/**
 * Compiles a reference path (ASL, "Reference Paths"), as ResultPath has it.
 * Throws INVALID_EXPRESSION with the column for anything that may name more than one place.
 */
export function compileReferencePath(text: string, limits: Limits = LIMITS): ReferencePath {
  const reader: Reader = new Reader(text, limits);
  const { root, segments } = readPath(reader);
  if (!reader.atEnd) reader.fail(`unexpected "${reader.next}"`);
  if (root.kind !== 'input') reader.fail('a reference path begins with "$."', 1);
  const steps = stepsOf(plainNames(segments));
  if (steps === undefined)
    reader.fail('a reference path names one place: no wildcard, slice, filter or ".."', 1);
  for (const step of steps) {
    if (typeof step === 'number' && step < 0) reader.fail('an index of a reference path counts from 0', 1);
    if (typeof step === 'string' && isUnsafeKey(step)) reader.fail(`the key "${step}" is not allowed`, 1);
  }
  const put = (root: unknown, value: unknown): unknown =>
    steps.length === 0 ? value : place(root, 0, steps, value, () => conflict(text, root));
  return Object.freeze({ text, put });
}

/** Names with escapes have one reading here. */
function plainNames(segments: readonly Segment[]): Segment[] {
  return segments.map((segment) =>
    segment.kind === 'names'
      ? { ...segment, names: segment.names.map(({ name }) => ({ name, raw: undefined })) }
      : segment,
  );
}

function place(
  here: unknown,
  at: number,
  steps: readonly Step[],
  value: unknown,
  conflicting: () => Failure,
): unknown {
  if (at === steps.length) return value;
  const step = steps[at]!;
  if (typeof step === 'number') {
    const list = here === undefined ? [] : here;
    if (!Array.isArray(list) || step > list.length) throw conflicting();
    const copy = [...list];
    copy[step] = place(list[step], at + 1, steps, value, conflicting);
    return copy;
  }
  const object = here === undefined ? {} : here;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) throw conflicting();
  const inside = Object.hasOwn(object, step) ? (object as Record<string, unknown>)[step] : undefined;
  return { ...object, [step]: place(inside, at + 1, steps, value, conflicting) };
}

function conflict(text: string, root: unknown): Failure {
  return new Failure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${text} to input ${quoteData(root)}`,
  );
}
