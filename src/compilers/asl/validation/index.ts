import type { Diagnostic } from '../../../model/errors.ts';
import type { Limits } from '../../../model/limits.ts';
import type { MachineType } from './inspection.ts';
import { inspect } from './machine.ts';

export { ASL_CODES, type AslCode, type ServiceCode } from './codes.ts';
export { duplicateStates } from './duplicate-states.ts';
export { ERROR_NAMES } from './error-handling.ts';
export type { ServiceDiagnostic } from './findings.ts';
export type { MachineType } from './inspection.ts';
export {
  type ServiceAnswer,
  type ServiceOptions,
  serviceDiagnostics,
  serviceStateDiagnostics,
} from './service.ts';

export interface ValidationOptions {
  readonly limits: Limits;
  /** STANDARD where absent. An Express machine can neither wait for a callback nor run a distributed Map. */
  readonly type?: MachineType;
}

/**
 * All that is wrong with a state machine, in one go: errors for what Step Functions would refuse, warnings for what runs but
 * is hardly meant so. Never throws; at most 100 errors and 100 warnings.
 */
export function validateStateMachine(
  definition: unknown,
  { limits, type = 'STANDARD' }: ValidationOptions,
): readonly Diagnostic[] {
  return inspect(definition, limits, type).findings.diagnostics;
}

/** State name to the variables it reads, sorted; without states that read none. As DescribeStateMachine answers. */
export function variableReferences(
  definition: unknown,
  { limits }: ValidationOptions,
): Readonly<Record<string, readonly string[]>> {
  const { references } = inspect(definition, limits, 'STANDARD');
  return Object.fromEntries([...references].map(([state, names]) => [state, [...names].sort()]));
}
