import { executionOfRun, stateMachineOfWorkflow } from './state-machine-name.ts';

/** Where the ARNs of this installation say that they are. */
export interface ArnScope {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}
export const DEFAULT_ARN_SCOPE: ArnScope = { partition: 'aws', region: 'us-east-1', account: '123456789012' };

/** The partition is that of the region. */
export function arnScopeOf({
  region,
  account,
}: {
  readonly region?: string;
  readonly account?: string;
}): ArnScope {
  const partition = region?.startsWith('cn-')
    ? 'aws-cn'
    : region?.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
  return { ...DEFAULT_ARN_SCOPE, partition, ...(region && { region }), ...(account && { account }) };
}

/**
 * An ARN of AWS Step Functions, read. `machine`, `execution` and `activity` are service names, not workflow names or run
 * ids: state-machine-name.ts leads from one to the other. `label` names a Distributed Map state (its Label) of the machine.
 */
export type StepFunctionsArn = { readonly scope: ArnScope } & (
  | { readonly kind: 'stateMachine'; readonly machine: string; readonly label?: string }
  | { readonly kind: 'version'; readonly machine: string; readonly version: number }
  | { readonly kind: 'alias'; readonly machine: string; readonly alias: string }
  | {
      /** Of a STANDARD machine, or a child of one of its Map Runs. */
      readonly kind: 'execution';
      readonly machine: string;
      readonly label?: string;
      readonly execution: string;
    }
  | {
      /** Of an EXPRESS machine: `execution` is `name:id`. */
      readonly kind: 'express';
      readonly machine: string;
      readonly label?: string;
      readonly execution: string;
    }
  | { readonly kind: 'mapRun'; readonly machine: string; readonly label: string; readonly mapRun: string }
  | { readonly kind: 'activity'; readonly activity: string }
);

/** `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`, of a workflow; with the Label of a Distributed Map `NAME/LABEL`. */
export function stateMachineArn(scope: ArnScope, workflow: string, label?: string): string {
  return arn(scope, 'stateMachine', machineOf(workflow, label));
}
/** `...:stateMachine:NAME:3`; `version` is the number of a published version, not of the workflow's. */
export function versionArn(scope: ArnScope, workflow: string, version: number): string {
  return arn(scope, 'stateMachine', machineOf(workflow), String(version));
}
/** `...:stateMachine:NAME:ALIAS`. */
export function aliasArn(scope: ArnScope, workflow: string, alias: string): string {
  return arn(scope, 'stateMachine', machineOf(workflow), alias);
}
/** `...:execution:NAME:EXECUTION` of a run of a STANDARD machine; `label`: it is a child of that Distributed Map. */
export function executionArn(scope: ArnScope, workflow: string, run: string, label?: string): string {
  return arn(scope, 'execution', machineOf(workflow, label), executionOfRun(run));
}
/** `...:express:NAME:EXECUTION:ID` of a run of an EXPRESS machine, whose id is `EXECUTION:ID` (see `expressRun`). */
export function expressArn(scope: ArnScope, workflow: string, run: string, label?: string): string {
  return arn(scope, 'express', machineOf(workflow, label), executionOfRun(run));
}
/** `...:mapRun:NAME/LABEL:ID`. */
export function mapRunArn(scope: ArnScope, workflow: string, label: string, id: string): string {
  return arn(scope, 'mapRun', machineOf(workflow, label), id);
}
/** `...:activity:NAME`. */
export function activityArn(scope: ArnScope, activity: string): string {
  return arn(scope, 'activity', activity);
}

/** EXPRESS executions may share a name, so the run's id holds the execution's own id too. */
export function expressRun(run: string, id: string): string {
  return `${run}:${id}`;
}
/** `$$.Execution.Name`: the name of a run's execution, of an EXPRESS one without its own id. */
export function executionNameOf(run: string, type: 'STANDARD' | 'EXPRESS'): string {
  const execution = executionOfRun(run);
  const colon = execution.lastIndexOf(':');
  return type === 'EXPRESS' && colon > 0 ? execution.slice(0, colon) : execution;
}

const ARN = /^arn:(aws(?:-[a-z]+)*):states:([a-z0-9-]+):(\d{12}):([A-Za-z]+):(.+)$/su;

/** Undefined for a text that is none of these ARNs. Names are not checked beyond what tells the parts apart. */
export function parseStepFunctionsArn(text: string): StepFunctionsArn | undefined {
  const match = ARN.exec(text);
  if (match === null) return undefined;
  const [, partition, region, account, type, rest] = match as unknown as readonly string[] as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const scope = { partition, region, account };
  if (type === 'activity') return /[:/]/.test(rest) ? undefined : { scope, kind: 'activity', activity: rest };
  const colon = rest.indexOf(':');
  const [named, tail] = colon === -1 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
  const slash = named.indexOf('/');
  const machine = slash === -1 ? named : named.slice(0, slash);
  const label = slash === -1 ? undefined : named.slice(slash + 1);
  if (machine === '' || tail === '' || label === '') return undefined;
  const place = { scope, machine, ...(label !== undefined && { label }) };
  if (type === 'stateMachine') {
    if (tail === undefined) return { ...place, kind: 'stateMachine' };
    if (label !== undefined || tail.includes(':')) return undefined;
    return /^[1-9]\d*$/.test(tail)
      ? { scope, machine, kind: 'version', version: Number(tail) }
      : { scope, machine, kind: 'alias', alias: tail };
  }
  if (tail === undefined) return undefined;
  if (type === 'execution' || type === 'express') return { ...place, kind: type, execution: tail };
  if (type === 'mapRun' && label !== undefined)
    return { scope, machine, label, kind: 'mapRun', mapRun: tail };
  return undefined;
}

function machineOf(workflow: string, label?: string): string {
  const machine = stateMachineOfWorkflow(workflow);
  return label === undefined ? machine : `${machine}/${label}`;
}

function arn({ partition, region, account }: ArnScope, ...rest: readonly string[]): string {
  return ['arn', partition, 'states', region, account, ...rest].join(':');
}
