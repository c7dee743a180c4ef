import type { ExecutionReport } from '../actions/index.ts';
import { decodeBody, type RunParent } from '../engine/index.ts';
import { executionFailure } from '../model/execution-failure.ts';
import { arnOfRun, EXECUTION_LABELS } from '../model/execution-labels.ts';
import { splitRunKey } from '../model/run.ts';
import { DEFAULT_ARN_SCOPE, executionNameOf, parseStepFunctionsArn } from '../model/step-functions-arns.ts';
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
  { report, stateMachineArn: named }: Pick<ExecutionParent, 'report' | 'stateMachineArn'>,
): Record<string, unknown> {
  const { key, labels = {}, startedAt, endedAt } = head;
  const { workflow, run } = splitRunKey(key);
  const arn = parseStepFunctionsArn(named);
  const stateMachineArn =
    arn?.kind === 'version' || arn?.kind === 'alias' ? named.slice(0, named.lastIndexOf(':')) : named;
  const { [EXECUTION_LABELS.version]: version, [EXECUTION_LABELS.alias]: alias } = labels;
  const { input, output, error, cause, redrives } = decodeBody(head.body);
  const shown = (value: unknown) => (report === 'sync:2' ? (value ?? null) : JSON.stringify(value ?? null));
  const succeeded = head.status === 'SUCCEEDED';
  const status = STATUSES[head.status] ?? head.status;
  const failure = executionFailure({ status, cause, ...(error !== undefined && { error }) });
  return {
    ...(failure.cause !== undefined && { Cause: failure.cause }),
    ...(failure.error !== undefined && { Error: failure.error }),
    ExecutionArn: arnOfRun(arn?.scope ?? DEFAULT_ARN_SCOPE, workflow, run, labels),
    Input: shown(input),
    InputDetails: { Included: true },
    Name: executionNameOf(run, labels[EXECUTION_LABELS.type] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD'),
    ...(succeeded && { Output: shown(output), OutputDetails: { Included: true } }),
    RedriveCount: redrives?.count ?? 0,
    ...(redrives && { RedriveDate: redrives.at }),
    ...redriveOf(status),
    StartDate: startedAt,
    ...(alias !== undefined && { StateMachineAliasArn: `${stateMachineArn}:${alias}` }),
    StateMachineArn: stateMachineArn,
    ...(version !== undefined && { StateMachineVersionArn: `${stateMachineArn}:${version}` }),
    Status: status,
    StopDate: endedAt ?? startedAt,
  };
}

function redriveOf(status: string): Record<string, unknown> {
  if (status !== 'SUCCEEDED') return { RedriveStatus: 'REDRIVABLE' };
  return {
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}
