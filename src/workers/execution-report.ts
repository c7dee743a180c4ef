import type { ExecutionReport } from '../actions/index.ts';
import { decodeBody, type RunParent } from '../engine/index.ts';
import { arnOfRun } from '../model/execution-labels.ts';
import { splitRunKey } from '../model/run.ts';
import { executionOfRun } from '../model/state-machine-name.ts';
import { DEFAULT_ARN_SCOPE, parseStepFunctionsArn } from '../model/step-functions-arns.ts';
import type { RunHead } from '../stores/state-store.ts';

/** A run that waits for another as a state machine waits for an execution. */
export interface ExecutionParent extends RunParent {
  readonly report: ExecutionReport;
  /** ARN of the machine, as whoever waits names it. */
  readonly stateMachineArn: string;
}

export function isExecutionParent(parent: RunParent): parent is ExecutionParent {
  return 'report' in parent;
}

const STATUSES: Readonly<Record<string, string>> = { CANCELLED: 'ABORTED' };

/**
 * What the run that waits hears of the end: how the service describes an execution. One that did not succeed fails the task as
 * States.TaskFailed, with the description as its cause.
 */
export function executionReport(head: RunHead, parent: ExecutionParent): Record<string, unknown> {
  const description = descriptionOf(head, parent);
  if (head.status === 'SUCCEEDED')
    return { status: 'SUCCEEDED', output: description, error: null, cause: null };
  return {
    status: head.status,
    output: null,
    error: 'States.TaskFailed',
    cause: JSON.stringify(description),
  };
}

/** How the service describes an execution: input and output as JSON text (`sync`) or JSON, times in milliseconds of the epoch. */
export function descriptionOf(
  head: RunHead,
  { report, stateMachineArn }: Pick<ExecutionParent, 'report' | 'stateMachineArn'>,
): Record<string, unknown> {
  const { workflow, run } = splitRunKey(head.key);
  const { scope } = parseStepFunctionsArn(stateMachineArn) ?? { scope: DEFAULT_ARN_SCOPE };
  const { input, output, error, cause } = decodeBody(head.body);
  const shown = (value: unknown) => (report === 'sync:2' ? (value ?? null) : JSON.stringify(value ?? null));
  const succeeded = head.status === 'SUCCEEDED';
  const status = STATUSES[head.status] ?? head.status;
  return {
    ...(cause !== undefined &&
      cause !== null &&
      status !== 'TIMED_OUT' && { Cause: typeof cause === 'string' ? cause : JSON.stringify(cause) }),
    ...(error !== undefined && error !== null && { Error: error }),
    ExecutionArn: arnOfRun(scope, workflow, run, head.labels),
    Input: shown(input),
    InputDetails: { Included: true },
    Name: executionOfRun(run),
    ...(succeeded && { Output: shown(output), OutputDetails: { Included: true } }),
    RedriveCount: 0,
    ...redriveOf(status),
    StartDate: head.startedAt,
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: head.endedAt ?? head.startedAt,
  };
}

function redriveOf(status: string): Record<string, unknown> {
  if (status !== 'SUCCEEDED') return { RedriveStatus: 'REDRIVABLE' };
  return {
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}
