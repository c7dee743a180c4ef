import { TidegateError } from '../model/errors.ts';
import type { Clock } from './clock.ts';

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

/** A log that is away does not fail an effect that writes to it: it is waited for, for as long as the effect may take. */
export async function appendPatiently(
  append: () => Promise<void>,
  clock: Clock | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(2 * delay, LAST_RETRY_MS)) {
    try {
      return await append();
    } catch (error) {
      const retryable = error instanceof TidegateError && error.retryable;
      if (!retryable || clock === undefined || signal.aborted) throw error;
    }
    await new Promise<void>((resolve) => void clock.after(delay, resolve));
    signal.throwIfAborted();
  }
}
