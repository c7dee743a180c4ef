import { Failure } from '../../model/failure.ts';
import type { Limits } from '../../model/limits.ts';

/** Nodes that are visited for one step. */
const NODES_PER_STEP = 16;
/** Characters that are gone through for a node. */
const CHARACTERS_PER_NODE = 4;

/** What one evaluation may still do. Counted, never timed, so that a result does not depend on speed. */
export class Budget {
  readonly limits: Limits;
  readonly #text: string;
  #work: number;

  constructor(limits: Limits, text: string) {
    this.limits = limits;
    this.#text = text;
    this.#work = limits.expressionSteps * NODES_PER_STEP;
  }

  /** Pays for nodes that are visited. */
  work(amount: number): void {
    this.#work -= amount;
    if (this.#work < 0) throw this.exceeded('expressionSteps');
  }

  /** Pays for characters that are read or written. */
  characters(count: number): void {
    this.work(count / CHARACTERS_PER_NODE);
  }

  /** To be called before a text or list of that size is made. */
  requireResult(size: number): void {
    this.characters(size);
    if (size > this.limits.expressionResult) throw this.exceeded('expressionResult');
  }

  /** For nodes that have been found, and were paid for. */
  requireNodes(count: number): void {
    if (count > this.limits.expressionResult) throw this.exceeded('expressionResult');
  }

  /** For a value that is walked. Its data may be as deep as data may be, and what an expression puts around it. */
  requireDepth(depth: number): void {
    if (depth > this.limits.jsonDepth + this.limits.expressionDepth) throw this.exceeded('jsonDepth');
  }

  exceeded(limit: 'expressionSteps' | 'expressionResult' | 'jsonDepth'): Failure {
    const text = this.#text.length > 200 ? `${this.#text.slice(0, 200)}...` : this.#text;
    return new Failure(
      'States.Runtime',
      `The evaluation of '${text}' went beyond the limit ${limit} of ${this.limits[limit]}`,
    );
  }
}
