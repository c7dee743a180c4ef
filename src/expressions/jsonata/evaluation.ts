import type { Limits } from '../../model/limits.ts';
import { Exhausted } from '../evaluation.ts';

/** Where an evaluation gets the time and its randomness from, so that a step can be repeated. */
export interface Draw {
  /** milliseconds since the epoch: what `$now()` and `$millis()` tell */
  readonly now: number;
  /** The next number in [0, 1), for `$random()`, `$uuid()` and `$shuffle()`. */
  random(): number;
}

export type Bindings = Readonly<Record<string, unknown>>;

/** Characters that one step pays for where work is proportional to text. */
const CHARACTERS_PER_STEP = 64;

/** One evaluation under way: what it reads, and what it may still use up. */
export class Evaluation {
  readonly bindings: Bindings;
  readonly draw: Draw;
  readonly limits: Limits;
  /** Steps left. What is no loop and no call takes them without looking; loops and calls look. */
  steps: number;
  #levels: number;

  constructor(bindings: Bindings, draw: Draw, limits: Limits) {
    this.bindings = bindings;
    this.draw = draw;
    this.limits = limits;
    this.steps = limits.jsonataSteps;
    this.#levels = limits.jsonataDepth;
  }

  charge(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new Exhausted('jsonataSteps');
  }

  /** Pays for going through a text. */
  chargeText(characters: number): void {
    this.charge(1 + Math.floor(characters / CHARACTERS_PER_STEP));
  }

  /** To be called before a text or list of that size is built; pays for building it. */
  requireResult(size: number): void {
    if (!(size <= this.limits.expressionResult)) throw new Exhausted('expressionResult');
    this.chargeText(size);
  }

  /** Goes so many levels of the expression deeper; `leave` comes back. A fault ends the evaluation, so needs no `leave`. */
  enter(levels: number): void {
    this.#levels -= levels;
    if (this.#levels < 0) throw new Exhausted('jsonataDepth');
  }
  leave(levels: number): void {
    this.#levels += levels;
  }
}

/** What every part of an expression is compiled to. `input` is the context, `$`. */
export type Closure = (evaluation: Evaluation, input: unknown, frame: Frame) => unknown;

/** A variable and its value, in front of others. */
export class Binding {
  readonly name: string;
  value: unknown;
  readonly next: Binding | null;
  constructor(name: string, value: unknown, next: Binding | null) {
    this.name = name;
    this.value = value;
    this.next = next;
  }
}

/** The variables of a block, a call or a tuple, within those around it. */
export class Frame {
  readonly parent: Frame | null;
  readonly #given: Binding | null;
  #bindings: Binding | null;

  /** `given` are variables that other frames may share. */
  constructor(parent: Frame | null, given: Binding | null = null) {
    this.parent = parent;
    this.#given = given;
    this.#bindings = given;
  }

  bind(name: string, value: unknown): void {
    for (let each = this.#bindings; each !== this.#given; each = each!.next) {
      if (each!.name === name) {
        each!.value = value;
        return;
      }
    }
    this.#bindings = new Binding(name, value, this.#bindings);
  }

  /** The innermost binding of a name. */
  find(name: string): Binding | undefined {
    for (let frame: Frame | null = this; frame !== null; frame = frame.parent) {
      for (let each = frame.#bindings; each !== null; each = each.next) if (each.name === name) return each;
    }
    return undefined;
  }
}
