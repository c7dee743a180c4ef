export const RUN_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'CANCELLED',
  'PAUSED',
  'STALLED',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What the API shows of a run. Times are RFC 3339. */
export interface RunDocument {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly input: unknown;
  readonly output?: unknown;
  /** A code, e.g. RUN_FAILED or one of the definition's own. */
  readonly error?: string;
  readonly cause?: unknown;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** True for the statuses that a run does not leave any more, but by a redrive. */
export function isEnded(status: RunStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'TIMED_OUT' || status === 'CANCELLED';
}

/** `workflow/run`: names a run everywhere, and is what is hashed to its partition. */
export function runKeyOf(workflow: string, run: string): string {
  return `${workflow}/${run}`;
}
export function splitRunKey(key: string): { workflow: string; run: string } {
  const slash = key.indexOf('/');
  return { workflow: key.slice(0, slash), run: key.slice(slash + 1) };
}

export const STANDING_RUN = 'standing';
/** Workflow, trigger and task names. */
export const NAME_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$';
/** Run ids: names, and what correlation values may bring. */
export const RUN_ID_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_.:~=@+-]{0,127}$';
