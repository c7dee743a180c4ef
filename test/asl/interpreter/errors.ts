import type { Retrier } from '../../../src/compilers/asl/model.ts';

/** Whether a name in `ErrorEquals` stands for the error. */
export function matches(errorEquals: readonly string[], error: string | undefined): boolean {
  if (error === 'States.Runtime') return errorEquals.includes('States.Runtime');
  return errorEquals.some(
    (name) =>
      name === error || name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  );
}

export const attemptsOf = ({ MaxAttempts = 3 }: Retrier): number => MaxAttempts;

/** Milliseconds until the retry that follows `done` earlier ones of this retrier; without jitter. */
export function delayOf(retrier: Retrier, done: number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  return Math.min(IntervalSeconds * BackoffRate ** done, MaxDelaySeconds) * 1000;
}
