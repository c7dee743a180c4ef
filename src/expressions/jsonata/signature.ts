import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { asList, FunctionValue } from './values.ts';

/** Symbols of the types: `m` is a missing value, which fits anything but `f` and what wants no value. */
type Symbols = string;

interface Parameter {
  /** The symbols it takes. */
  readonly takes: Symbols;
  readonly type: string;
  /** `?` or `-` behind it: it may be left out. */
  optional: boolean;
  /** `-`: the context takes its place when it is left out. */
  context: boolean;
  /** `+`: one or more. */
  repeated: boolean;
  /** What the elements of a list must be. */
  elements: string | undefined;
}

/** How many arguments each parameter takes. */
type Plan = readonly number[];

const PLURALS: Readonly<Record<string, string>> = {
  a: 'arrays',
  b: 'booleans',
  f: 'functions',
  n: 'numbers',
  o: 'objects',
  s: 'strings',
};

/** Patterns of arguments that one signature remembers; expressions use few. */
const REMEMBERED = 64;

/** The parameters of a function, e.g. `<s-nn?:s>`; they make arguments fit or refuse them. */
export class Signature {
  readonly #parameters: readonly Parameter[];
  readonly #plans = new Map<Symbols, Plan | null>();

  constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** The arguments as the function takes them. Throws T0410, T0411 or T0412. `context` is the value of `$`. */
  fit(evaluation: Evaluation, args: readonly unknown[], context: unknown): readonly unknown[] {
    let symbols = '';
    for (let i = 0; i < args.length; i++) symbols += symbolOf(args[i]);
    let plan = this.#plans.get(symbols);
    if (plan === undefined) {
      plan = matched(this.#parameters, symbols);
      if (this.#plans.size < REMEMBERED) this.#plans.set(symbols, plan);
    }
    if (plan === null) throw this.#misfit(args, symbols);
    const fitted: unknown[] = [];
    let next = 0;
    for (let i = 0; i < this.#parameters.length; i++) {
      const parameter = this.#parameters[i]!;
      const taken = plan[i]!;
      if (taken === 0) {
        if (parameter.context) fitted.push(requireContext(parameter, context, next));
        else fitted.push(args[next++]);
      }
      for (let j = 0; j < taken; j++, next++) {
        fitted.push(parameter.type === 'a' ? asArray(evaluation, parameter, args[next], next) : args[next]);
      }
    }
    return fitted;
  }

  /** Names the argument up to which all was well. */
  #misfit(args: readonly unknown[], symbols: Symbols): Fault {
    let good = 0;
    for (let count = 1; count <= this.#parameters.length; count++) {
      const plan = matched(this.#parameters.slice(0, count), symbols, true);
      if (plan === null) break;
      good = plan.reduce((sum, taken) => sum + taken, 0);
    }
    return new Fault('T0410', { value: args[good], index: good + 1 });
  }
}

function symbolOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 's';
    case 'number':
      return 'n';
    case 'boolean':
      return 'b';
    case 'object':
      if (value === null) return 'l';
      if (Array.isArray(value)) return 'a';
      return value instanceof FunctionValue ? 'f' : 'o';
    default:
      return 'm';
  }
}

function requireContext({ takes }: Parameter, context: unknown, index: number): unknown {
  if (takes.includes(symbolOf(context))) return context;
  throw new Fault('T0411', { value: context, index: index + 1 });
}

/** One value stands for a list of it. */
function asArray(evaluation: Evaluation, { elements }: Parameter, value: unknown, index: number): unknown {
  if (value === undefined) return undefined;
  const isList = Array.isArray(value);
  if (
    elements !== undefined &&
    !(isList ? holds(evaluation, value, elements) : symbolOf(value) === elements)
  ) {
    throw new Fault('T0412', { value, index: index + 1, type: PLURALS[elements] });
  }
  return isList ? value : asList([value]);
}

function holds(evaluation: Evaluation, list: readonly unknown[], elements: string): boolean {
  evaluation.charge(list.length);
  const wanted = elements.charAt(0);
  for (let i = 0; i < list.length; i++) if (symbolOf(list[i]) !== wanted) return false;
  return true;
}

/**
 * Gives each parameter as many arguments as it can have while the rest still fits; null where nothing fits. With `open`,
 * arguments may be left over.
 */
function matched(parameters: readonly Parameter[], symbols: Symbols, open = false): Plan | null {
  const failed = new Set<number>();
  const plan = new Array<number>(parameters.length).fill(0);
  const from = (parameter: number, argument: number): boolean => {
    if (parameter === parameters.length) return open || argument === symbols.length;
    const place = parameter * (symbols.length + 1) + argument;
    if (failed.has(place)) return false;
    const { takes, optional, repeated } = parameters[parameter]!;
    let most = 0;
    while (argument + most < symbols.length && takes.includes(symbols[argument + most]!)) {
      most++;
      if (!repeated) break;
    }
    for (let taken = most; taken >= (optional ? 0 : 1); taken--) {
      plan[parameter] = taken;
      if (from(parameter + 1, argument + taken)) return true;
    }
    failed.add(place);
    return false;
  };
  return from(0, 0) ? plan : null;
}

const TAKES: Readonly<Record<string, Symbols>> = {
  s: 'sm',
  n: 'nm',
  b: 'bm',
  l: 'lm',
  o: 'om',
  a: 'asnblfom',
  f: 'f',
  j: 'asnblom',
  x: 'asnblfom',
};

/** Reads a signature that the parser has accepted, e.g. `<a<n>n?:n>`. What it gives back is not looked at. */
export function parseSignature(text: string): Signature {
  const parameters: Parameter[] = [];
  for (let at = 1; at < text.length && text[at] !== ':'; at++) {
    const symbol = text[at]!;
    const last = parameters.at(-1);
    if (symbol === '(') {
      const end = closing(text, at, '(', ')');
      parameters.push(parameter(text.slice(at, end + 1), `${text.slice(at + 1, end)}m`));
      at = end;
    } else if (symbol === '<') {
      const end = closing(text, at, '<', '>');
      if (last !== undefined) last.elements = text.slice(at + 1, end);
      at = end;
    } else if (symbol === '-' && last !== undefined) {
      last.context = true;
      last.optional = true;
    } else if (symbol === '?' && last !== undefined) last.optional = true;
    else if (symbol === '+' && last !== undefined) last.repeated = true;
    else if (TAKES[symbol] !== undefined) parameters.push(parameter(symbol, TAKES[symbol]));
  }
  return new Signature(parameters);
}

function parameter(type: string, takes: Symbols): Parameter {
  return { type, takes, optional: false, context: false, repeated: false, elements: undefined };
}

function closing(text: string, from: number, open: string, close: string): number {
  let depth = 1;
  let at = from;
  while (at < text.length && depth > 0) {
    at++;
    if (text[at] === close) depth--;
    else if (text[at] === open) depth++;
  }
  return at;
}
