import { TidegateError } from '../../../model/errors.ts';
import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import { isEnded, type RunDocument } from '../../../model/run.ts';
import { runOfExecution } from '../../../model/state-machine-name.ts';
import { expressRun, stateMachineArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE, jsonOf, NAME_RULE, requireName } from '../arguments.ts';
import { executionArnOf, executionData, statusOf } from '../execution.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { type Target, targetOf } from '../target.ts';
import { traceparentOfHeader } from '../trace-header.ts';

/** The service's own bound on EXPRESS executions. */
const EXPRESS_MS = 300_000;
/** What its end may take to be told. */
const GRACE_MS = 5_000;
const BILLED_UNIT_MS = 100;
const BILLED_MB = 64;

interface Start {
  readonly target: Target;
  readonly name: string;
  readonly input: unknown;
  readonly trace: string | undefined;
}

async function startOf(service: Service, { members }: OperationCall): Promise<Start> {
  const arn = members.text('stateMachineArn', ARN_RULE);
  const given = members.optionalText('name', NAME_RULE);
  const text = members.optionalText('input', { maxBytes: service.payloadBytes, sensitive: true }) ?? '{}';
  const trace = members.optionalText('traceHeader', {
    max: 256,
    pattern: /^[\x20-\x7e]*$/,
    patternText: '\\p{ASCII}*',
  });
  members.check();
  const name = given === undefined ? service.uuid() : requireName(given);
  const target = await targetOf(service, arn, name);
  const input = jsonOf(
    text,
    service.limits,
    (fault) => new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${fault}'`),
  );
  return { target, name, input, trace: trace === '' ? undefined : trace };
}

function runStart(
  service: Service,
  { target, name, input, trace }: Start,
): Parameters<Service['gateway']['startRun']>[1] {
  const { settings, version, alias, workflowVersion } = target;
  const express = settings.type === 'EXPRESS';
  const traceparent = trace === undefined ? undefined : traceparentOfHeader(trace);
  return {
    id: express ? expressRun(runOfExecution(name), service.uuid()) : runOfExecution(name),
    input,
    version: workflowVersion,
    ...(express && { timeoutMs: EXPRESS_MS }),
    labels: {
      ...(express && { [EXECUTION_LABELS.type]: 'EXPRESS' }),
      [EXECUTION_LABELS.role]: settings.roleArn,
      ...(version && { [EXECUTION_LABELS.version]: String(version.number) }),
      ...(alias !== undefined && { [EXECUTION_LABELS.alias]: alias }),
      ...(trace !== undefined && { [EXECUTION_LABELS.trace]: trace }),
    },
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** An EXPRESS execution is a new one each time; a STANDARD one is that of its name, as long as it runs and has the same input. */
const start: Operation = {
  scope: 'run',
  async handle(service, call) {
    const wanted = await startOf(service, call);
    const { name: workflow } = wanted.target.machine.workflow;
    const begin = runStart(service, wanted);
    let started: { run: RunDocument; created: boolean };
    try {
      started = await service.gateway.startRun(workflow, begin);
    } catch (error) {
      if (error instanceof TidegateError && error.code === 'RUN_EXISTS')
        throw alreadyExists(service, { workflow, id: begin.id!, labels: begin.labels ?? {} });
      throw error;
    }
    const { run, created } = started;
    if (!created && isEnded(run.status)) throw alreadyExists(service, run);
    return { executionArn: executionArnOf(service, run), startDate: seconds(Date.parse(run.startedAt)) };
  },
};

function alreadyExists(service: Service, run: Pick<RunDocument, 'workflow' | 'id' | 'labels'>): ServiceError {
  return new ServiceError(
    'ExecutionAlreadyExists',
    `Execution Already Exists: '${executionArnOf(service, run)}'`,
  );
}

/** Answers when the execution has ended; one that takes longer than the service allows is stopped. */
const startSync: Operation = {
  scope: 'run',
  async handle(service, call) {
    const included = call.members.choice('includedData', ['ALL_DATA', 'METADATA_ONLY']);
    const wanted = await startOf(service, call);
    if (wanted.target.settings.type !== 'EXPRESS')
      throw new ServiceError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      );
    const { name: workflow } = wanted.target.machine.workflow;
    const started = service.gateway.startRun(workflow, runStart(service, wanted), {
      waitMs: EXPRESS_MS + GRACE_MS,
    });
    const { run } = await orLeave(started, call.leaving);
    const timedOut = !isEnded(run.status);
    if (timedOut)
      await service.gateway.commandRun(workflow, run.id, 'cancel', {
        reason: 'an EXPRESS execution may take 5 minutes',
      });
    const startedAt = Date.parse(run.startedAt);
    const endedAt = run.endedAt === undefined ? service.clock.now() : Date.parse(run.endedAt);
    const status = timedOut ? 'TIMED_OUT' : statusOf(run);
    return {
      executionArn: executionArnOf(service, run),
      stateMachineArn: stateMachineArn(service.arns, workflow),
      name: wanted.name,
      startDate: seconds(startedAt),
      stopDate: seconds(endedAt),
      // The answer knows no ABORTED.
      status: status === 'ABORTED' ? 'FAILED' : status,
      ...executionData(run, included !== 'METADATA_ONLY'),
      billingDetails: {
        billedMemoryUsedInMB: BILLED_MB,
        billedDurationInMilliseconds:
          Math.max(1, Math.ceil((endedAt - startedAt) / BILLED_UNIT_MS)) * BILLED_UNIT_MS,
      },
    };
  },
};

/** Rejects when the client has gone or the server closes: the execution goes on. */
async function orLeave<T>(work: Promise<T>, leaving: AbortSignal): Promise<T> {
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () =>
      reject(
        new ServiceError('ServiceUnavailableException', 'the server is closing; the execution goes on', {
          status: 503,
        }),
      );
    if (leaving.aborted) leave();
    else leaving.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    leaving.removeEventListener('abort', leave);
    work.catch(() => {});
  }
}

export const startOperations: Readonly<Record<string, Operation>> = {
  StartExecution: start,
  StartSyncExecution: startSync,
};
