import type { LimitName, Limits } from '../model/limits.ts';

/** A cause that CEL's `&&`, `||`, `all` and `exists` may absorb. No stack: it is thrown on data, in loops. */
export class Fault {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** The evaluation went beyond a limit. Never absorbed, so that a bound is a bound. */
export class Exhausted {
  readonly limit: LimitName;
  constructor(limit: LimitName) {
    this.limit = limit;
  }
}

/** Characters that one step pays for where work is proportional to text. */
const CHARACTERS_PER_STEP = 64;

const NO_LOCALS: unknown[] = [];

/** Pairs of characters that one step pays for: the search of a text for another may compare each with each. */
const PAIRS_PER_STEP = 4_096;

/** One evaluation under way: what the expression reads, its macro variables and the steps it may still take. */
export class Evaluation {
  readonly scope: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
  readonly locals: unknown[];
  #steps: number;

  constructor(scope: object, limits: Limits, slots: number) {
    this.scope = scope as Readonly<Record<string, unknown>>;
    this.limits = limits;
    this.locals = slots === 0 ? NO_LOCALS : new Array(slots);
    this.#steps = limits.expressionSteps;
  }

  charge(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Exhausted('expressionSteps');
  }

  chargeText(characters: number): void {
    if (characters >= CHARACTERS_PER_STEP) this.charge(Math.floor(characters / CHARACTERS_PER_STEP));
  }

  /** Pays for looking for a part in a text. */
  chargeSearch(text: number, part: number): void {
    this.chargeText(text + part);
    this.charge(Math.floor((text * part) / PAIRS_PER_STEP));
  }

  /** To be called before a text or list of that size is built. */
  requireResult(size: number): void {
    if (size > this.limits.expressionResult) throw new Exhausted('expressionResult');
  }
}

/** What every part of an expression is compiled to. */
export type Closure = (evaluation: Evaluation) => unknown;
