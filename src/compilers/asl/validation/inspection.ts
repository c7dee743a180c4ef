import type { Limits } from '../../../model/limits.ts';
import type { QueryLanguage } from '../model.ts';
import { Expressions } from './expressions.ts';
import { Findings } from './findings.ts';
import type { JsonObject } from './json-type.ts';
import type { Place } from './place.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** One pass over one definition. */
export class Inspection {
  readonly limits: Limits;
  readonly findings = new Findings();
  readonly expressions: Expressions;
  /** The machine's own; a state may choose another only where this is JSONPath. */
  language: QueryLanguage = 'JSONPath';
  /** Every state's name so far, with the scope it lies in. */
  readonly names = new Map<string, Scope>();
  readonly labels = new Set<string>();
  /** Characters of the whole definition. */
  size = 0;
  /** State to the variables it reads, in the order of the document. */
  readonly references = new Map<string, Set<string>>();
  /** Checks what has StartAt and States. */
  readonly checkStates: (value: JsonObject, at: Place, scope: Surroundings) => void;
  readonly #atTheEnd: (() => void)[] = [];

  constructor(
    limits: Limits,
    checkStates: (value: JsonObject, at: Place, scope: Surroundings, inspection: Inspection) => void,
  ) {
    this.limits = limits;
    this.checkStates = (value, at, scope) => checkStates(value, at, scope, this);
    this.expressions = new Expressions(limits);
  }

  /** For rules that need to know all states. */
  later(rule: () => void): void {
    this.#atTheEnd.push(rule);
  }

  finish(): void {
    for (const rule of this.#atTheEnd) rule();
  }
}

/** What is around the states of a machine, a branch or an item processor. */
export interface Surroundings {
  readonly type: MachineType;
  readonly outer: Scope | undefined;
  /** Whether variables of outer scopes are out of sight: the items of a distributed Map. */
  readonly apart: boolean;
}

export interface Scope extends Surroundings {
  readonly assigned: Set<string>;
  /** Transitions, resolved once all states are known. */
  readonly targets: Target[];
}

export interface Target {
  readonly from: string | undefined;
  readonly to: string;
  readonly at: Place;
}

/** What is known about the state that a value belongs to. */
export interface Here {
  readonly inspection: Inspection;
  readonly findings: Findings;
  readonly scope: Scope;
  /** The state's name; undefined for the machine's own fields. */
  readonly state: string | undefined;
  readonly language: QueryLanguage;
  /** Which parts of `$states` have a value here, besides input and context. */
  readonly sees: 'result' | 'errorOutput' | undefined;
}
