import type { Invocation } from './invocation.ts';

/** The work of an intrinsic function over the values of its arguments. */
export type Apply = (values: readonly unknown[], call: Invocation) => unknown;

export interface Intrinsic {
  readonly name: string;
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  readonly apply: Apply;
}

export function intrinsic(name: string, least: number, most: number, apply: Apply): Intrinsic {
  return { name, least, most, apply };
}
