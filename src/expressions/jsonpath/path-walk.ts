import type { Name, Segment } from './path-syntax.ts';

/** A step of a definite path: a key of an object, or an index of a list. */
export type Step = string | number;

/** Finds what a definite path names, `undefined` if there is nothing. Only a value's own members count. */
export type Walk = (root: unknown) => unknown;

export function compileWalk(steps: readonly Step[]): Walk {
  if (steps.length === 0) return (root) => root;
  // JSON holds no `undefined`, so a member that no object inherits needs no question whose it is.
  const inherited = steps.some((step) => typeof step === 'string' && step in Object.prototype);
  return inherited ? (root) => walkOwn(root, steps) : (root) => walk(root, steps);
}

function walk(root: unknown, steps: readonly Step[]): unknown {
  let value = root;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (typeof value !== 'object' || value === null) return undefined;
    if (typeof step === 'number') value = element(value, step);
    else if (Array.isArray(value)) return undefined;
    else value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function walkOwn(root: unknown, steps: readonly Step[]): unknown {
  let value = root;
  for (const step of steps) {
    value = typeof step === 'number' ? element(value, step) : member(value, { name: step, raw: undefined });
  }
  return value;
}

/** The steps of a path of single names and indexes; `undefined` if it is another, or if a name has two readings. */
export function stepsOf(segments: readonly Segment[]): Step[] | undefined {
  const steps: Step[] = [];
  for (const segment of segments) {
    if (segment.kind === 'names' && segment.names.length === 1 && segment.names[0]!.raw === undefined) {
      steps.push(segment.names[0]!.name);
    } else if (segment.kind === 'indexes' && segment.indexes.length === 1) {
      steps.push(segment.indexes[0]!);
    } else {
      return undefined;
    }
  }
  return steps;
}

/** The member of that name; of a name with escapes the one they make, or else the one with the backslashes. */
export function member(value: unknown, name: Name): unknown {
  const key = keyOf(value, name);
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}

/** An object of the members of those names, as far as there are such; `undefined` for anything but an object. */
export function members(value: unknown, names: readonly Name[]): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = names.map((name) => keyOf(value, name)).filter((key) => key !== undefined);
  return Object.fromEntries(keys.map((key) => [key, (value as Record<string, unknown>)[key]]));
}

/** The key under which an object has that name. */
export function keyOf(value: unknown, { name, raw }: Name): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, name)) return name;
  if (raw !== undefined && Object.hasOwn(value, raw)) return raw;
  return undefined;
}

/** The element at `index`; one below 0 is none. */
export function element(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

/** The element so far from the end; 1 is the last. */
export function elementFromEnd(value: unknown, back: number): unknown {
  return Array.isArray(value) ? value[value.length - back] : undefined;
}
