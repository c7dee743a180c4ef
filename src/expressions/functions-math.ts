import { type Evaluation, Fault } from './evaluation.ts';
import type { FunctionRow } from './function-row.ts';
import { requireNumber } from './values.ts';

function unary(name: string, apply: (value: number) => number, double?: true): FunctionRow {
  const row: FunctionRow = {
    name,
    form: 'global',
    arity: [1, 1],
    call: (_, value) => apply(requireNumber(value, `${name}()`)) + 0,
  };
  return double ? { ...row, double } : row;
}

/** Halves go away from zero, as CEL has it. */
function round(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

function squareRoot(value: number): number {
  if (value < 0) throw new Fault(`math.sqrt(${value}): the square root of a negative number`);
  return Math.sqrt(value);
}

/** Of the arguments, or of one list. */
function extreme(name: string, better: (left: number, right: number) => boolean): FunctionRow {
  const call = (evaluation: Evaluation, ...values: unknown[]): number => {
    const candidates: unknown[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
    evaluation.charge(candidates.length);
    if (candidates.length === 0) throw new Fault(`${name}() of nothing`);
    let best = requireNumber(candidates[0], `${name}()`);
    for (const candidate of candidates) {
      const number = requireNumber(candidate, `${name}()`);
      if (better(number, best)) best = number;
    }
    return best;
  };
  return { name, form: 'global', arity: [1, 32], call };
}

/** CEL's math extension, as far as it is about numbers JSON has. */
export const MATH_FUNCTIONS: readonly FunctionRow[] = [
  extreme('math.greatest', (left, right) => left > right),
  extreme('math.least', (left, right) => left < right),
  unary('math.abs', Math.abs),
  unary('math.sign', Math.sign),
  unary('math.ceil', Math.ceil, true),
  unary('math.floor', Math.floor, true),
  unary('math.round', round, true),
  unary('math.trunc', Math.trunc, true),
  unary('math.sqrt', squareRoot, true),
];
