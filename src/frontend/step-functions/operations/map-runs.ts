import type { MapState } from '../../../compilers/asl/model.ts';
import type { RunDocument } from '../../../model/run.ts';
import { stateMachineArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE, LONG_ARN_RULE, requireArn } from '../arguments.ts';
import { executionArnOf } from '../execution.ts';
import { found } from '../machine-records.ts';
import { countsOf, distributedMap, type MapRun, mapRunsOf, runOfMapRun } from '../map-runs.ts';
import { pageOf, slice } from '../page-token.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { here, runOf, workflowNamed } from '../target.ts';

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const arn = members.text('executionArn', ARN_RULE);
    const page = pageOf(members, ['map-runs', arn]);
    const run = await runOf(service, arn);
    const { items, ...rest } = slice(await mapRunsOf(service, run), page);
    return {
      mapRuns: items.map((mapRun) => ({
        executionArn: executionArnOf(service, run),
        mapRunArn: mapRun.arn,
        stateMachineArn: stateMachineArn(service.arns, run.workflow, mapRun.label),
        ...timesOf(mapRun),
      })),
      ...rest,
    };
  },
};

function timesOf({ startedAt, endedAt }: MapRun): object {
  return {
    startDate: seconds(startedAt),
    ...(endedAt !== undefined && { stopDate: seconds(endedAt) }),
  };
}

/** Throws InvalidArn and ResourceNotFound. */
async function askedMapRun(
  service: Service,
  { members }: OperationCall,
): Promise<{ run: RunDocument; mapRun: MapRun }> {
  const text = members.text('mapRunArn', LONG_ARN_RULE);
  members.check();
  return mapRunOf(service, text);
}

/** Throws InvalidArn and ResourceNotFound. */
export async function mapRunOf(
  service: Service,
  text: string,
): Promise<{ run: RunDocument; mapRun: MapRun }> {
  const arn = requireArn(text, 'mapRun');
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  const asked = workflow && found(service.gateway.getRun(workflow, runOfMapRun(arn.mapRun)));
  const run = asked && (await asked);
  const mapRun = run && (await mapRunsOf(service, run)).find((each) => each.arn === text);
  if (run && mapRun) return { run, mapRun };
  throw new ServiceError('ResourceNotFound', `Resource not found: '${text}'`, {
    members: { resourceName: text },
  });
}

const describe: Operation = {
  scope: 'read',
  async handle(service, call) {
    const { run, mapRun } = await askedMapRun(service, call);
    const { executions, items } = await countsOf(service, run, mapRun);
    const { redriveCount, redrivenAt } = mapRun;
    return {
      mapRunArn: mapRun.arn,
      executionArn: executionArnOf(service, run),
      status: mapRun.status,
      ...timesOf(mapRun),
      ...boundsOf(await distributedMap(service.gateway, run, mapRun.label)),
      itemCounts: items,
      executionCounts: executions,
      redriveCount,
      ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
    };
  },
};

/** As the definition sets them; what a path or an expression gave is not known here, and 0 stands for it. */
function boundsOf(state: MapState | undefined): object {
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    maxConcurrency: number(state?.MaxConcurrency),
    toleratedFailurePercentage: number(state?.ToleratedFailurePercentage),
    toleratedFailureCount: number(state?.ToleratedFailureCount),
  };
}

/** Other bounds for a Map Run that runs: they hold at once. */
const update: Operation = {
  scope: 'operate',
  async handle(service, call) {
    const { members } = call;
    const concurrency = members.number('maxConcurrency', { min: 0 });
    const percentage = members.number('toleratedFailurePercentage', { min: 0, max: 100, fraction: true });
    const count = members.number('toleratedFailureCount', { min: 0 });
    const { run, mapRun } = await askedMapRun(service, call);
    if (concurrency === undefined && percentage === undefined && count === undefined)
      throw new ServiceError(
        'ValidationException',
        'At least one of maxConcurrency, toleratedFailurePercentage or toleratedFailureCount must be specified',
      );
    const tolerate = {
      ...(count !== undefined && { count }),
      ...(percentage !== undefined && { percentage }),
    };
    if (mapRun.status !== 'RUNNING')
      throw new ServiceError('ValidationException', `The Map Run has ended: it is ${mapRun.status}`);
    await service.gateway.changeFork(run.workflow, run.id, {
      mapRun: `${mapRun.label}:${mapRun.id}`,
      ...(concurrency !== undefined && { concurrency }),
      ...(Object.keys(tolerate).length > 0 && { tolerate }),
    });
    return {};
  },
};

export const mapRunOperations: Readonly<Record<string, Operation>> = {
  ListMapRuns: list,
  DescribeMapRun: describe,
  UpdateMapRun: update,
};
