import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { isServiceName, workflowOfStateMachine } from '../../model/state-machine-name.ts';
import { parseStepFunctionsArn, type StepFunctionsArn } from '../../model/step-functions-arns.ts';
import { ServiceError } from './service-error.ts';

type Kind = StepFunctionsArn['kind'];
type ArnOf<K extends Kind> = Extract<StepFunctionsArn, { readonly kind: K }>;

export const ARN_RULE = { min: 1, max: 256 } as const;
export const LONG_ARN_RULE = { min: 1, max: 2_000 } as const;
export const NAME_RULE = { min: 1, max: 80 } as const;

/** Throws InvalidArn unless the text is an ARN of one of these kinds. */
export function requireArn<const K extends Kind>(text: string, ...kinds: readonly K[]): ArnOf<K> {
  if (!text.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${text}`);
  const arn = parseStepFunctionsArn(text);
  const type = text.split(':')[5] ?? '';
  if (arn === undefined) {
    const known = ['stateMachine', 'execution', 'express', 'activity', 'mapRun'].includes(type);
    throw invalidArn(
      known ? `Invalid ${type} ARN: ${text}` : `Resource type not valid in this context: ${type}`,
    );
  }
  if (!kinds.includes(arn.kind as K)) {
    throw invalidArn(`Resource type not valid in this context: ${type}`);
  }
  return arn as ArnOf<K>;
}

/** Of a machine, one of its versions or an alias. Throws InvalidArn, and ValidationException for a Distributed Map state's. */
export function requireMachineArn<const K extends 'stateMachine' | 'version' | 'alias'>(
  text: string,
  ...kinds: readonly K[]
): ArnOf<K> {
  const arn = requireArn(text, ...kinds);
  const { kind, label }: { kind: Kind; label?: string } = arn;
  if (kind !== 'stateMachine' || label === undefined) return arn;
  throw new ServiceError(
    'ValidationException',
    `State Machine ARN refers to a Distributed Map state: '${text}'`,
  );
}

export function invalidArn(why: string): ServiceError {
  return new ServiceError('InvalidArn', `Invalid Arn: '${why}'`);
}

/** Throws InvalidArn unless it looks like the ARN of a role. */
export function requireRoleArn(text: string): void {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(text))
    throw new ServiceError('InvalidArn', `Invalid Role Arn: '${text}'`);
}

/** Throws InvalidName for a name that the service does not take, or that has no room for its escapes. */
export function requireName(name: string): string {
  if (!isServiceName(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  workflowOf(name);
  return name;
}

/** The workflow of the state machine `name`. */
export function workflowOf(machine: string): string {
  try {
    return workflowOfStateMachine(machine);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new ServiceError('InvalidName', `Invalid Name: '${machine}'; ${error.message}`);
  }
}

/** The value of a member that holds JSON as a text; `refuse` makes the service's error of what is wrong with it. */
export function jsonOf(text: string, limits: Limits, refuse: (fault: string) => ServiceError): unknown {
  try {
    return parseJson(Buffer.from(text), limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw refuse(error.message);
  }
}
