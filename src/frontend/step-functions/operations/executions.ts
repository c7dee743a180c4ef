import { variableReferences } from '../../../compilers/asl/validation/index.ts';
import { TidegateError } from '../../../model/errors.ts';
import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import { isEnded, type RunDocument } from '../../../model/run.ts';
import { stateMachineOfWorkflow } from '../../../model/state-machine-name.ts';
import { mapRunArn, stateMachineArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE } from '../arguments.ts';
import { executionData, executionSummary, statusOf } from '../execution.ts';
import { recordRedrive, redriveOf, redriveStatusOf } from '../redrive-records.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { shownConfigurations } from '../settings.ts';
import { labelOf, runOf } from '../target.ts';

const INCLUDED = ['ALL_DATA', 'METADATA_ONLY'] as const;
const TOKEN_RULE = { min: 1, max: 64, pattern: /^[!-~]+$/, patternText: '[!-~]+' } as const;

/** Asks for the run of the request's `executionArn`. */
async function askedRun(service: Service, { members }: OperationCall): Promise<RunDocument> {
  const arn = members.text('executionArn', ARN_RULE);
  members.check();
  return runOf(service, arn);
}

const describe: Operation = {
  scope: 'read',
  async handle(service, call) {
    const included = call.members.choice('includedData', INCLUDED);
    const run = await askedRun(service, call);
    return {
      ...(await executionSummary(service, run)),
      ...executionData(run, included !== 'METADATA_ONLY'),
      ...redriveStatusOf(run, statusOf(run)),
    };
  },
};

const describeMachine: Operation = {
  scope: 'read',
  async handle(service, call) {
    const included = call.members.choice('includedData', INCLUDED);
    const run = await askedRun(service, call);
    const { machines, arns, gateway } = service;
    const machine = await machines.get(run.workflow, stateMachineArn(arns, run.workflow));
    const version = run.labels[EXECUTION_LABELS.version];
    const published =
      version === undefined ? undefined : await service.versions.get(run.workflow, Number(version));
    const workflow = await gateway.getWorkflow(run.workflow, run.version);
    const label = labelOf(run);
    const mapRun = run.labels[EXECUTION_LABELS.mapRun];
    const references = variableReferences(workflow.definition, service);
    return {
      stateMachineArn: stateMachineArn(arns, run.workflow, label),
      name: stateMachineOfWorkflow(run.workflow),
      definition: included === 'METADATA_ONLY' ? '' : await machines.definitionText(workflow),
      roleArn: run.labels[EXECUTION_LABELS.role] ?? machine.record.roleArn,
      updateDate: seconds(published?.createdAt ?? machine.record.updatedAt),
      ...shownConfigurations(published ?? machine.record),
      revisionId: published?.revision ?? machine.revisionId,
      ...(label !== undefined &&
        mapRun !== undefined && {
          label,
          mapRunArn: mapRunArn(arns, run.workflow, label, mapRun.slice(label.length + 1)),
        }),
      ...(Object.keys(references).length > 0 && { variableReferences: references }),
    };
  },
};

const stop: Operation = {
  scope: 'operate',
  async handle(service, call) {
    const error = call.members.optionalText('error', { max: 256, sensitive: true });
    const cause = call.members.optionalText('cause', { max: 32_768, sensitive: true });
    const run = await askedRun(service, call);
    const { gateway, clock } = service;
    if (!isEnded(run.status)) {
      try {
        await gateway.commandRun(run.workflow, run.id, 'cancel', {
          ...(cause !== undefined && { reason: cause }),
          ...(error !== undefined && { error }),
        });
      } catch (thrown) {
        if (!(thrown instanceof TidegateError) || thrown.code !== 'RUN_ENDED') throw thrown;
      }
    }
    const { endedAt } = await gateway.getRun(run.workflow, run.id);
    return { stopDate: seconds(endedAt === undefined ? clock.now() : Date.parse(endedAt)) };
  },
};

const redrive: Operation = {
  scope: 'operate',
  async handle(service, call) {
    const token = call.members.optionalText('clientToken', TOKEN_RULE);
    const run = await askedRun(service, call);
    const before = token === undefined ? undefined : (await redriveOf(service, run)).tokens?.[token];
    if (before !== undefined) return { redriveDate: seconds(before) };
    const status = statusOf(run);
    if (!isEnded(run.status) || status === 'SUCCEEDED') throw notRedrivable(`Execution is ${status}`);
    if (labelOf(run) !== undefined)
      throw notRedrivable('Execution is a child of a Map Run, which is redriven with its parent,');
    try {
      await service.gateway.commandRun(run.workflow, run.id, 'redrive');
    } catch (error) {
      if (error instanceof TidegateError && error.code === 'RUN_NOT_REDRIVABLE')
        throw notRedrivable('Execution has no step that could be tried again, or its history is not whole,');
      throw error;
    }
    return { redriveDate: seconds(await recordRedrive(service, run, token)) };
  },
};

function notRedrivable(why: string): ServiceError {
  return new ServiceError('ExecutionNotRedrivable', `${why} and cannot be redriven`);
}

export const executionOperations: Readonly<Record<string, Operation>> = {
  DescribeExecution: describe,
  DescribeStateMachineForExecution: describeMachine,
  StopExecution: stop,
  RedriveExecution: redrive,
};
