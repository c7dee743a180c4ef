import { compileJsonata, topLevelNames } from '../../../expressions/jsonata/index.ts';
import {
  compilePath,
  compilePathOrIntrinsic,
  compileReferencePath,
} from '../../../expressions/jsonpath/index.ts';
import { TidegateError } from '../../../model/errors.ts';
import type { Limits } from '../../../model/limits.ts';

export interface Outcome {
  /** Why the text cannot be compiled. */
  readonly fault?: string;
  /** JSONata: the parser's own words for it. */
  readonly complaint?: string | undefined;
  /** Whether a path is made of single names and indexes only. */
  readonly single: boolean;
  readonly variables: readonly string[];
  /** JSONata: the members of `$states` it reads; undefined where it may read any. */
  readonly states?: readonly string[] | undefined;
  /** JSONata: the names it looks up where nothing is given to look them up in. */
  readonly names?: readonly string[] | undefined;
}

type Compiled = Pick<Outcome, 'variables' | 'states' | 'names'> & { readonly single?: boolean };

const NONE: readonly string[] = [];

/** By far the most paths are of this form, and right in every field. */
const PLAIN = /^\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,9}\])*$/;
const RIGHT: Outcome = { single: true, variables: NONE };

/** Compiles the expressions of one definition to see whether they are right; each text once. */
export class Expressions {
  readonly #limits: Limits;
  readonly #paths = new Map<string, Outcome>();
  readonly #mixed = new Map<string, Outcome>();
  readonly #references = new Map<string, Outcome>();
  readonly #jsonata = new Map<string, Outcome>();
  /** Whether it was told that there are too many: the definition is refused anyway. */
  #full = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** `$...`, `$$...`, `$name...` */
  path(text: string): Outcome {
    return this.#isPlain(text) ? RIGHT : outcomeOf(this.#paths, text, () => compilePath(text, this.#limits));
  }

  /** A path, or `States.Format(...)` and the like. */
  pathOrIntrinsic(text: string): Outcome {
    return this.#isPlain(text)
      ? RIGHT
      : outcomeOf(this.#mixed, text, () => compilePathOrIntrinsic(text, this.#limits));
  }

  /** What a result can be written to. */
  reference(text: string): Outcome {
    return outcomeOf(this.#references, text, () => {
      compileReferencePath(text, this.#limits);
      return { variables: NONE };
    });
  }

  /** What stands between `{%` and `%}`. */
  jsonata(text: string): Outcome {
    const maximum = this.#limits.jsonataExpressions;
    if (this.#jsonata.size < maximum || this.#jsonata.has(text)) {
      return outcomeOf(this.#jsonata, text, () => ({
        ...compileJsonata(text, this.#limits),
        names: topLevelNames(text, this.#limits),
      }));
    }
    if (this.#full) return RIGHT;
    this.#full = true;
    const fault = `the definition has more than ${maximum} different JSONata expressions (the limit jsonataExpressions)`;
    return { fault, single: true, variables: NONE };
  }

  #isPlain(text: string): boolean {
    return text.length <= this.#limits.expressionLength && PLAIN.test(text);
  }
}

function outcomeOf(known: Map<string, Outcome>, text: string, compile: () => Compiled): Outcome {
  let outcome = known.get(text);
  if (outcome === undefined) {
    outcome = attempt(compile);
    known.set(text, outcome);
  }
  return outcome;
}

function attempt(compile: () => Compiled): Outcome {
  try {
    const { variables, single = true, states, names } = compile();
    return { variables, single, states, names };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    const complaint = error.details?.['complaint'];
    return {
      fault: error.message,
      complaint: typeof complaint === 'string' ? complaint : undefined,
      single: true,
      variables: NONE,
    };
  }
}
