/**
 * A failure that a workflow's own error handling may name and catch: `error` is the name it goes by, e.g. `States.Runtime`;
 * `reason` says what happened, for people. The place where it happened is added to it, unless it is the `whole` text.
 */
export class Failure extends Error {
  readonly error: string;
  readonly reason: string;
  readonly whole: boolean;
  /** What was found before it failed, for those who look at how a run came about; nothing acts on it. */
  details: FailureDetails | undefined;

  constructor(error: string, reason: string, { whole = false }: { whole?: boolean } = {}) {
    super(`${error}: ${reason}`);
    this.name = 'Failure';
    this.error = error;
    this.reason = reason;
    this.whole = whole;
  }
}

export interface FailureDetails {
  /** Scopes that the fork would have had. */
  readonly forkWidth?: number;
}
