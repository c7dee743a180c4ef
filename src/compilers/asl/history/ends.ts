import type { RunState } from '../../../engine/index.ts';
import { type EventDetails, outputDetails } from './execution-event.ts';

/** What the last event of the execution is. `beside`: nothing in the execution led to it. */
export function endDetails({
  status,
  output,
  error,
  cause,
}: Pick<RunState, 'status' | 'output' | 'error' | 'cause'>): {
  readonly type: string;
  readonly details: EventDetails;
  readonly beside: boolean;
} {
  switch (status) {
    case 'SUCCEEDED':
      return { type: 'ExecutionSucceeded', details: outputDetails(output), beside: false };
    case 'TIMED_OUT':
      return { type: 'ExecutionTimedOut', details: { error: 'States.Timeout' }, beside: true };
    case 'CANCELLED':
      return { type: 'ExecutionAborted', details: failure(given(error), said(cause)), beside: true };
    default:
      return { type: 'ExecutionFailed', details: failure(error, cause), beside: false };
  }
}

/** The engine's own words are none of the caller's. */
function given(error: string | null | undefined): string | null | undefined {
  return error === 'RUN_CANCELLED' ? undefined : error;
}
function said(cause: unknown): unknown {
  return cause === 'cancelled by command' ? undefined : cause;
}

function failure(error: string | null | undefined, cause: unknown): EventDetails {
  return {
    ...(error != null && { error }),
    ...(cause != null && { cause: typeof cause === 'string' ? cause : JSON.stringify(cause) }),
  };
}
