import type { Effect } from '../../model/effect.ts';
import { TidegateError } from '../../model/errors.ts';
import { arnOfRun, EXECUTION_LABELS } from '../../model/execution-labels.ts';
import { isServiceName, runOfExecution, workflowOfStateMachine } from '../../model/state-machine-name.ts';
import {
  type ArnScope,
  DEFAULT_ARN_SCOPE,
  executionArn,
  parseStepFunctionsArn,
  type StepFunctionsArn,
} from '../../model/step-functions-arns.ts';
import { ACCEPTED, EffectError, type InvokerCall } from '../action.ts';
import type { ChildResult } from '../items/results.ts';
import { withName } from '../resource-map.ts';
import { uuidOf } from './aws-sdk.ts';
import { argumentsOf, type Integration, type TaskCall, type TaskDeps } from './integration.ts';
import { transportOf } from './optimized.ts';
import { type FieldRules, requireFields } from './required-fields.ts';

const FIELDS: FieldRules = {
  known: ['Input', 'Name', 'StateMachineArn', 'TraceHeader'],
  required: ['StateMachineArn'],
  texts: ['Name', 'StateMachineArn', 'TraceHeader'],
};

/** How whoever waits for an execution hears of its end: its output as JSON text, or as JSON. */
export type ExecutionReport = 'sync' | 'sync:2';

export interface ExecutionStart {
  readonly workflow: string;
  /** Absent: derived from the effect. */
  readonly run?: string;
  readonly input: unknown;
  readonly labels: Readonly<Record<string, string>>;
  /** ARN of the machine, as the definition names it. */
  readonly stateMachineArn: string;
  /** Absent: nobody waits. */
  readonly report?: ExecutionReport;
}

/** Starts runs of other workflows. */
export interface Executions {
  /** Repeated under the same effect it starts nothing twice. `startedAt` is in milliseconds of the epoch. */
  start(
    start: ExecutionStart,
    effect: Effect,
    call: InvokerCall,
  ): Promise<
    | { readonly run: string; readonly startedAt: number; readonly labels: Readonly<Record<string, string>> }
    | 'no-workflow'
    | 'exists'
  >;
  /** Ends what the effect started, unless somebody else had started it. */
  stop(
    start: Pick<ExecutionStart, 'workflow' | 'run' | 'labels'>,
    effect: Effect,
    call: InvokerCall,
  ): Promise<void>;
  /** What became of the children of a Map Run (`LABEL:ID`, as their label says) of the effect's run, in the order of its items. */
  ofMapRun(effect: Effect, mapRun: string, arns: ArnScope): Promise<readonly ChildResult[]>;
}

/** `states:startExecution`, alone or with `.sync` and `.sync:2`: a run of the workflow that the ARN stands for. */
export const startExecution: Integration = async (call, deps) => {
  const { effect, request, signal } = call;
  const { executions } = deps;
  if (executions === undefined)
    throw new EffectError({
      code: 'RESOURCE_UNSUPPORTED',
      message: 'this worker starts no runs',
      retryable: false,
    });
  const start = startOf(call, deps);
  const { pattern } = request;
  const report = pattern === 'sync' || pattern === 'sync:2' ? { report: pattern } : {};
  const started = await executions.start({ ...start, ...report }, effect, { signal });
  if (started === 'no-workflow')
    throw refused(
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${start.stateMachineArn}'`,
      effect,
    );
  const { scope } = parseStepFunctionsArn(start.stateMachineArn) ?? { scope: DEFAULT_ARN_SCOPE };
  const arn = (run: string) => executionArn(scope, start.workflow, run);
  if (started === 'exists')
    throw refused('ExecutionAlreadyExists', `Execution Already Exists: '${arn(start.run ?? '')}'`, effect);
  if ('report' in report) return ACCEPTED;
  return {
    ExecutionArn: arnOfRun(scope, start.workflow, started.run, started.labels),
    ...transportOf({ status: 200, requestId: uuidOf(effect.id), headers: {} }),
    StartDate: started.startedAt,
  };
};

/** Ends the execution that a dropped task waited for. */
export async function stopExecution(call: TaskCall, deps: TaskDeps): Promise<void> {
  const { effect, signal } = call;
  await deps.executions?.stop(startOf(call, deps), effect, { signal });
}

function startOf(call: TaskCall, { resources }: TaskDeps): ExecutionStart {
  const given = argumentsOf(call);
  requireFields(given, FIELDS);
  const { StateMachineArn, Name, Input, TraceHeader: trace } = given;
  const { effect } = call;
  const invalidName = () => refused('InvalidName', `Invalid Name: '${String(Name)}'`, effect);
  if (typeof Name === 'string' && !isServiceName(Name)) throw invalidName();
  const stateMachineArn = String(StateMachineArn);
  const target = resources.findStateMachine(stateMachineArn);
  const arn = parseStepFunctionsArn(stateMachineArn);
  try {
    return {
      workflow: workflowOf(stateMachineArn, arn, target),
      ...(typeof Name === 'string' && { run: runOfExecution(Name) }),
      input: inputOf(Input, effect),
      labels: {
        ...labelsOf(arn),
        ...(typeof trace === 'string' && trace !== '' && { [EXECUTION_LABELS.trace]: trace }),
      },
      stateMachineArn,
    };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw invalidName();
  }
}

function workflowOf(
  given: string,
  arn: StepFunctionsArn | undefined,
  mapped: ReturnType<TaskDeps['resources']['findStateMachine']>,
): string {
  if (mapped !== undefined && 'workflow' in mapped.target)
    return withName(mapped.target.workflow, mapped.name);
  if (arn !== undefined && 'machine' in arn) return workflowOfStateMachine(arn.machine);
  return workflowOfStateMachine(given.slice(given.lastIndexOf(':') + 1));
}

function labelsOf(arn: StepFunctionsArn | undefined): Record<string, string> {
  if (arn?.kind === 'version') return { [EXECUTION_LABELS.version]: String(arn.version) };
  return arn?.kind === 'alias' ? { [EXECUTION_LABELS.alias]: arn.alias } : {};
}

/** A text is the JSON it holds, as for the API. */
function inputOf(input: unknown, effect: Effect): unknown {
  if (input === undefined || input === null) return {};
  if (typeof input !== 'string') return input;
  try {
    return JSON.parse(input);
  } catch {
    throw refused('InvalidExecutionInput', 'Invalid State Machine Execution Input', effect);
  }
}

function refused(name: string, text: string, effect: Effect): EffectError {
  const facts = `Service: AWSStepFunctions; Status Code: 400; Error Code: ${name}; Request ID: ${uuidOf(effect.id)}; Proxy: null`;
  return new EffectError({
    code: `StepFunctions.${name}Exception`,
    message: `${text} (${facts})`,
    retryable: false,
  });
}
