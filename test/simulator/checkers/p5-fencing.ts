import type { Outcome } from '../outcome.ts';

/** Nothing written by a worker that lost its partition took effect: noticed by the store when it happened. */
export function* fencedWorkersWriteNothing({ noticed }: Outcome): Generator<string> {
  for (const line of noticed) if (line.startsWith('P5: ')) yield line.slice(4);
}
