import { executionArn, mapRunArn, stateMachineArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE, LONG_ARN_RULE, requireArn } from '../arguments.ts';
import { executionArnOf } from '../execution.ts';
import { pageOf, slice } from '../page-token.ts';
import type { MapRun } from '../parts.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { here, runOf, workflowNamed } from '../target.ts';

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const arn = members.text('executionArn', ARN_RULE);
    const page = pageOf(members, ['map-runs', arn]);
    const run = await runOf(service, arn);
    const { workflow } = run;
    const all = (await service.parts.mapRuns?.list(workflow, run.id)) ?? [];
    const { items, ...rest } = slice(all, page);
    return {
      mapRuns: items.map(({ label, id, startedAt, endedAt }) => ({
        executionArn: executionArnOf(service, run),
        mapRunArn: mapRunArn(service.arns, workflow, label, id),
        stateMachineArn: stateMachineArn(service.arns, workflow, label),
        startDate: seconds(startedAt),
        ...(endedAt !== undefined && { stopDate: seconds(endedAt) }),
      })),
      ...rest,
    };
  },
};

interface Asked {
  readonly arn: string;
  readonly workflow: string;
  readonly label: string;
  readonly id: string;
  readonly run: string;
  readonly mapRun: MapRun;
}

/** Throws InvalidArn and ResourceNotFound. */
async function askedMapRun(service: Service, { members }: OperationCall): Promise<Asked> {
  const text = members.text('mapRunArn', LONG_ARN_RULE);
  members.check();
  const arn = requireArn(text, 'mapRun');
  const { label, mapRun: id } = arn;
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  const found = workflow === undefined ? undefined : await service.parts.mapRuns?.get(workflow, label, id);
  if (found === undefined || workflow === undefined)
    throw new ServiceError('ResourceNotFound', `Resource not found: '${text}'`, {
      members: { resourceName: text },
    });
  return { arn: text, workflow, label, id, ...found };
}

const describe: Operation = {
  scope: 'read',
  async handle(service, call) {
    const { arn, workflow, run, mapRun } = await askedMapRun(service, call);
    const { id: _id, label: _label, startedAt, endedAt, redrivenAt, redriveCount, ...rest } = mapRun;
    return {
      mapRunArn: arn,
      executionArn: executionArn(service.arns, workflow, run),
      ...rest,
      startDate: seconds(startedAt),
      ...(endedAt !== undefined && { stopDate: seconds(endedAt) }),
      redriveCount: redriveCount ?? 0,
      ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
    };
  },
};

const update: Operation = {
  scope: 'operate',
  async handle(service, call) {
    const { members } = call;
    const maxConcurrency = members.number('maxConcurrency', { min: 0 });
    const toleratedFailurePercentage = members.number('toleratedFailurePercentage', { min: 0, max: 100 });
    const toleratedFailureCount = members.number('toleratedFailureCount', { min: 0 });
    const { workflow, label, id } = await askedMapRun(service, call);
    const change = {
      ...(maxConcurrency !== undefined && { maxConcurrency }),
      ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
      ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    };
    if (Object.keys(change).length === 0)
      throw new ServiceError(
        'ValidationException',
        'At least one of maxConcurrency, toleratedFailurePercentage or toleratedFailureCount must be specified',
      );
    await service.parts.mapRuns!.update(workflow, label, id, change);
    return {};
  },
};

export const mapRunOperations: Readonly<Record<string, Operation>> = {
  ListMapRuns: list,
  DescribeMapRun: describe,
  UpdateMapRun: update,
};
