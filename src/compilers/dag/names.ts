/**
 * Ids of the triggers and subjects a task becomes. A task's own name is the trigger that decides it and the subject of the
 * event that ends it; what stands behind a ":" is inside the task, and no task can have such a name.
 */
export const names = {
  /** Subject of the call whose result still has to be judged (branch, short circuit, skipWhen, a list to map over). */
  call: (id: string) => `${id}:call`,
  /** Judges it. */
  settle: (id: string) => `${id}:settle`,
  /** Subject of one instance of a mapped task, inside its scope. */
  item: (id: string) => `${id}:item`,
  run: (id: string) => `${id}:run`,
  end: (id: string) => `${id}:end`,
  /** A mapping over nothing skips. */
  empty: (id: string) => `${id}:empty`,
  /** Makes the list of the instances' results. */
  collect: (id: string) => `${id}:collect`,
  timer: (id: string) => `${id}:timer`,
  /** Opens the scopes of a mapped group. */
  fork: (id: string) => `${id}:fork`,
  runEnd: 'run:end',
  runHandled: 'run:handled',
} as const;

/** Errors that tasks of a DAG can have beside those of their calls. */
export const DAG_ERRORS = {
  /** A branch named what is not directly downstream. */
  branchUnknown: 'BranchUnknownTask',
  /** A task that others map over gave something that is no list. */
  notAList: 'NotAList',
} as const;

/** Variable that the tasks of onFailure read as `vars.failures`. */
export const FAILURES = 'failures';
