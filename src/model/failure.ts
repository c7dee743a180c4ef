/**
 * A failure that a workflow's own error handling may name and catch: `error` is the name it goes by, e.g. `States.Runtime`;
 * `reason` says what happened, for people.
 */
export class Failure extends Error {
  readonly error: string;
  readonly reason: string;
  constructor(error: string, reason: string) {
    super(`${error}: ${reason}`);
    this.name = 'Failure';
    this.error = error;
    this.reason = reason;
  }
}
