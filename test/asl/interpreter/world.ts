/** What a task comes to, and after how much virtual time. `Infinity` is a task that never answers. */
export type TaskAnswer = { readonly takesMs?: number } & (
  | { readonly result: unknown }
  | { readonly error: string; readonly cause?: string }
);

/** All that is outside of a state machine. */
export interface World {
  /** Performs a Task state's call; it must depend on nothing but what it is given. */
  call(
    resource: string,
    argument: unknown,
    at: { readonly state: string; readonly retryCount: number },
  ): TaskAnswer;
  /** Milliseconds; when the execution starts. */
  readonly startedAt: number;
  /** Bytes that a task's result may have. */
  readonly resultBytes: number;
  /** What execution and machine are called in the context object. */
  readonly names?: { readonly execution: string; readonly machine: string };
}

/** How an execution may end. */
export type End =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown; readonly at: number }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT';
      readonly error: string | undefined;
      readonly cause: string | undefined;
      readonly at: number;
    };

export type Succeeded = Extract<End, { status: 'SUCCEEDED' }>;
export type Failed = Exclude<End, Succeeded>;

/** There are more ways to end than are looked at. */
export class TooManyEnds extends Error {}
