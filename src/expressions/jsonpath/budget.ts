import { Failure } from '../../model/failure.ts';
import type { Limits } from '../../model/limits.ts';

/** Nodes that are visited, or characters that are gone through, for one step. */
const WORK_PER_STEP = 64;

/** What one evaluation may still do. Counted, never timed, so that a result does not depend on speed. */
export class Budget {
  readonly limits: Limits;
  readonly #text: string;
  #work: number;

  constructor(limits: Limits, text: string) {
    this.limits = limits;
    this.#text = text;
    this.#work = limits.expressionSteps * WORK_PER_STEP;
  }

  /** Pays for nodes that are visited, or characters that are read or written. */
  work(amount: number): void {
    this.#work -= amount;
    if (this.#work < 0) throw this.exceeded('expressionSteps');
  }

  /** To be called before a text or list of that size is made. */
  requireResult(size: number): void {
    this.work(size);
    if (size > this.limits.expressionResult) throw this.exceeded('expressionResult');
  }

  exceeded(limit: 'expressionSteps' | 'expressionResult' | 'jsonDepth'): Failure {
    const text = this.#text.length > 200 ? `${this.#text.slice(0, 200)}...` : this.#text;
    return new Failure(
      'States.Runtime',
      `The evaluation of '${text}' went beyond the limit ${limit} of ${this.limits[limit]}`,
    );
  }
}
