import { TidegateError } from '../../model/errors.ts';
import { EXECUTION_LABELS } from '../../model/execution-labels.ts';
import type { RunDocument } from '../../model/run.ts';
import { runOfExecution, workflowOfStateMachine } from '../../model/state-machine-name.ts';
import {
  type MachineSettings,
  routedVersion,
  type VersionRecord,
} from '../../model/state-machine-records.ts';
import type { ArnScope, StepFunctionsArn } from '../../model/step-functions-arns.ts';
import { requireArn, requireMachineArn } from './arguments.ts';
import { found, type Machine } from './machine-records.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';

/** What an ARN of a machine, of one of its versions or of an alias stands for. */
export interface Target {
  /** As it was asked for. */
  readonly arn: string;
  readonly machine: Machine;
  readonly version?: VersionRecord;
  readonly alias?: string;
  /** Those of the version, where there is one. */
  readonly settings: MachineSettings;
  readonly workflowVersion: number;
}

/** Throws InvalidArn, ValidationException and StateMachineDoesNotExist. An alias leads to one of its versions, chosen by `execution`. */
export async function targetOf(service: Service, text: string, execution = ''): Promise<Target> {
  const arn = requireMachineArn(text, 'stateMachine', 'version', 'alias');
  const missing = () =>
    new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${text}'`);
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  const machine = workflow === undefined ? undefined : await service.machines.find(workflow);
  if (machine === undefined || workflow === undefined) throw missing();
  if (arn.kind === 'stateMachine')
    return { arn: text, machine, settings: machine.record, workflowVersion: machine.workflow.version };
  const alias = arn.kind === 'alias' ? await service.aliases.get(workflow, arn.alias) : undefined;
  const number = arn.kind === 'version' ? arn.version : alias && routedVersion(alias, execution);
  const version = number === undefined ? undefined : await service.versions.get(workflow, number);
  if (version === undefined) throw missing();
  return {
    arn: text,
    machine,
    version,
    ...(alias && { alias: alias.name }),
    settings: version,
    workflowVersion: version.workflowVersion,
  };
}

/** The machine itself: an ARN of a version or alias is InvalidArn. */
export async function machineOf(service: Service, text: string): Promise<Machine> {
  const arn = requireMachineArn(text, 'stateMachine');
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  if (workflow === undefined)
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${text}'`);
  return service.machines.get(workflow, text);
}

/** The run of a STANDARD execution's ARN. Throws InvalidArn and ExecutionDoesNotExist. */
export async function runOf(service: Service, text: string): Promise<RunDocument> {
  const arn = requireArn(text, 'execution');
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  const id = runNamed(arn.execution);
  const run =
    workflow === undefined || id === undefined
      ? undefined
      : await found(service.gateway.getRun(workflow, id));
  if (run === undefined || labelOf(run) !== arn.label || run.labels[EXECUTION_LABELS.type] === 'EXPRESS')
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${text}'`);
  return run;
}

/** Label of the Distributed Map whose child the run is. */
export function labelOf({ labels }: RunDocument): string | undefined {
  const mapRun = labels[EXECUTION_LABELS.mapRun];
  return mapRun?.slice(0, mapRun.indexOf(':'));
}

/** Whether the ARN speaks of this installation. */
export function here(own: ArnScope, { scope }: StepFunctionsArn): boolean {
  return scope.account === own.account && scope.region === own.region && scope.partition === own.partition;
}

/** Undefined for a name that no workflow can have. */
export function workflowNamed(machine: string): string | undefined {
  return named(() => workflowOfStateMachine(machine));
}
function runNamed(execution: string): string | undefined {
  return named(() => runOfExecution(execution));
}
function named(make: () => string): string | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TidegateError) return undefined;
    throw error;
  }
}
