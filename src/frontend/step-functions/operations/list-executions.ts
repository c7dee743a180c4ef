import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import type { RunDocument, RunStatus } from '../../../model/run.ts';
import { ARN_RULE, LONG_ARN_RULE, requireArn } from '../arguments.ts';
import { EXECUTION_STATUSES, type ExecutionStatus, executionSummary, runStatusesOf } from '../execution.ts';
import { itemCounter } from '../map-runs.ts';
import { type PageAsked, pageOf } from '../page-token.ts';
import { redriveOf } from '../redrive-records.ts';
import type { Operation, Service } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { here, targetOf, workflowNamed } from '../target.ts';
import { mapRunOf } from './map-runs.ts';

interface Listed {
  readonly workflow: string;
  /** Only runs with this label. */
  readonly label?: readonly [name: string, value: string];
  /** Children of Map Runs are listed under these only. */
  readonly children: boolean;
}

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const machineArn = members.optionalText('stateMachineArn', ARN_RULE);
    const mapRun = members.optionalText('mapRunArn', LONG_ARN_RULE);
    const status = members.choice('statusFilter', EXECUTION_STATUSES);
    const redriven = members.choice('redriveFilter', ['REDRIVEN', 'NOT_REDRIVEN']);
    const page = pageOf(members, ['executions', machineArn, mapRun, status, redriven]);
    if ((machineArn === undefined) === (mapRun === undefined))
      throw new ServiceError(
        'ValidationException',
        'Must provide a valid value for exactly one of stateMachineArn or mapRunArn',
      );
    if (mapRun === undefined && status === 'PENDING_REDRIVE')
      throw new ServiceError(
        'ValidationException',
        'PENDING_REDRIVE is a status of executions of a Map Run only',
      );
    const listed =
      machineArn === undefined
        ? listedByMapRun(service, mapRun!)
        : await listedByMachine(service, machineArn);
    const wanted = async (run: RunDocument) => {
      if (!listed.children && run.labels[EXECUTION_LABELS.mapRun] !== undefined) return false;
      if (redriven === undefined) return true;
      return (await redriveOf(service, run)).count > 0 === (redriven === 'REDRIVEN');
    };
    const { runs, nextToken } = await runsOf(service, listed, status, page, wanted);
    // A Map Run with children is there; of one without its execution has to tell.
    if (mapRun !== undefined && runs.length === 0) await mapRunOf(service, mapRun);
    const itemsOf = mapRun === undefined ? undefined : await itemCounter(service, runs[0]);
    const shown = async (run: RunDocument) => ({
      ...(await executionSummary(service, run)),
      ...(itemsOf && { itemCount: itemsOf(run) }),
    });
    return {
      executions: await Promise.all(runs.map(shown)),
      ...(nextToken !== undefined && { nextToken }),
    };
  },
};

async function listedByMachine(service: Service, arn: string): Promise<Listed> {
  const { machine, version, alias, settings } = await targetOf(service, arn);
  if (settings.type === 'EXPRESS')
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  const workflow = machine.workflow.name;
  if (alias !== undefined) return { workflow, label: [EXECUTION_LABELS.alias, alias], children: false };
  if (version === undefined) return { workflow, children: false };
  return { workflow, label: [EXECUTION_LABELS.version, String(version.number)], children: false };
}

function listedByMapRun(service: Service, text: string): Listed {
  const arn = requireArn(text, 'mapRun');
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  if (workflow === undefined)
    throw new ServiceError('ResourceNotFound', `Resource not found: '${text}'`, {
      members: { resourceName: text },
    });
  return { workflow, label: [EXECUTION_LABELS.mapRun, `${arn.label}:${arn.mapRun}`], children: true };
}

/**
 * A page, newest first. Where several of our statuses are one of the service's they are listed one after the other; the
 * position says in which of them, and where, the page before it ended.
 */
async function runsOf(
  service: Service,
  { workflow, label }: Listed,
  status: ExecutionStatus | undefined,
  page: PageAsked,
  wanted: (run: RunDocument) => Promise<boolean>,
): Promise<{ runs: readonly RunDocument[]; nextToken?: string }> {
  const phases: readonly (RunStatus | undefined)[] =
    status === undefined ? [undefined] : runStatusesOf(status);
  const [first, after] = page.after === undefined ? [0, ''] : splitPosition(page.after);
  const runs: RunDocument[] = [];
  let cursor = after === '' ? undefined : after;
  for (let phase = first; phase < phases.length; phase += 1) {
    const only = phases[phase];
    do {
      if (runs.length === page.size) return { runs, nextToken: page.token(`${phase} ${cursor ?? ''}`) };
      const found = await service.gateway.listRuns(
        { workflow, ...(only && { status: only }), ...(label && { label }) },
        { limit: page.size - runs.length, ...(cursor !== undefined && { cursor }) },
      );
      for (const run of found.items) if (await wanted(run)) runs.push(run);
      cursor = found.cursor;
    } while (cursor !== undefined);
  }
  return { runs };
}

function splitPosition(position: string): [phase: number, cursor: string] {
  const space = position.indexOf(' ');
  return [Number(position.slice(0, space)), position.slice(space + 1)];
}

export const listOperations: Readonly<Record<string, Operation>> = { ListExecutions: list };
