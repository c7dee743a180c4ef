import { executionFailure } from '../../model/execution-failure.ts';
import { arnOfRun, EXECUTION_LABELS } from '../../model/execution-labels.ts';
import type { RunDocument, RunStatus } from '../../model/run.ts';
import {
  aliasArn,
  executionNameOf,
  mapRunArn,
  stateMachineArn,
  versionArn,
} from '../../model/step-functions-arns.ts';
import { redriveOf } from './redrive-records.ts';
import { type Service, seconds } from './service.ts';
import { labelOf } from './target.ts';

export const EXECUTION_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** A paused run and one that is stuck have not ended: the service has no other word for them. */
const STATUS: Readonly<Record<RunStatus, ExecutionStatus>> = {
  RUNNING: 'RUNNING',
  PAUSED: 'RUNNING',
  STALLED: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TIMED_OUT: 'TIMED_OUT',
  CANCELLED: 'ABORTED',
};

export function statusOf(run: RunDocument): ExecutionStatus {
  return STATUS[run.status];
}
export function runStatusesOf(status: ExecutionStatus): readonly RunStatus[] {
  return (Object.keys(STATUS) as RunStatus[]).filter((each) => STATUS[each] === status);
}

export function executionArnOf(
  { arns }: Service,
  { workflow, id, labels }: Pick<RunDocument, 'workflow' | 'id' | 'labels'>,
): string {
  return arnOfRun(arns, workflow, id, labels);
}

/** What lists and descriptions of executions have in common. */
export async function executionSummary(service: Service, run: RunDocument): Promise<object> {
  const { workflow, id, labels, endedAt } = run;
  const { arns } = service;
  const version = labels[EXECUTION_LABELS.version];
  const alias = labels[EXECUTION_LABELS.alias];
  const mapRun = labels[EXECUTION_LABELS.mapRun];
  const redrive = await redriveOf(service, run);
  return {
    executionArn: executionArnOf(service, run),
    stateMachineArn: stateMachineArn(arns, workflow, labelOf(run)),
    name: executionNameOf(id, labels[EXECUTION_LABELS.type] === 'EXPRESS' ? 'EXPRESS' : 'STANDARD'),
    status: statusOf(run),
    startDate: seconds(Date.parse(run.startedAt)),
    ...(endedAt !== undefined && { stopDate: seconds(Date.parse(endedAt)) }),
    ...(version !== undefined && { stateMachineVersionArn: versionArn(arns, workflow, Number(version)) }),
    ...(alias !== undefined && { stateMachineAliasArn: aliasArn(arns, workflow, alias) }),
    ...(mapRun !== undefined && {
      mapRunArn: mapRunArn(arns, workflow, labelOf(run)!, mapRun.slice(mapRun.indexOf(':') + 1)),
    }),
    redriveCount: redrive.count,
    ...(redrive.at !== undefined && { redriveDate: seconds(redrive.at) }),
  };
}

/** Input, output, error and cause; without `data` only what is known without them. */
export function executionData(run: RunDocument, data: boolean): object {
  const { input, output, labels } = run;
  const trace = labels[EXECUTION_LABELS.trace];
  const ended = run.status === 'SUCCEEDED';
  return {
    ...(data && { input: JSON.stringify(input ?? null) }),
    inputDetails: { included: data },
    ...(ended && {
      ...(data && { output: JSON.stringify(output ?? null) }),
      outputDetails: { included: data },
    }),
    ...(!ended && data && executionFailure(run)),
    ...(trace !== undefined && { traceHeader: trace }),
  };
}
