import type { Limits } from '../../../model/limits.ts';
import type { ServiceDiagnostic } from './findings.ts';
import type { MachineType } from './inspection.ts';
import { inspect } from './machine.ts';
import { parseServiceJson } from './service-json.ts';

export interface ServiceAnswer {
  readonly result: 'OK' | 'FAIL';
  /** Errors and warnings in the order found: what ValidateStateMachineDefinition answers. */
  readonly diagnostics: readonly ServiceDiagnostic[];
  /** The message of the error InvalidDefinition; absent where the result is OK. */
  readonly message?: string;
  /** The definition, where it is JSON. */
  readonly definition?: unknown;
}

export interface ServiceOptions {
  readonly limits: Limits;
  readonly type?: MachineType;
}

/**
 * What Step Functions says to a definition given as text: for CreateStateMachine and UpdateStateMachine (`message` of
 * InvalidDefinition) and for ValidateStateMachineDefinition (`result`, `diagnostics`). Never throws.
 */
export function serviceDiagnostics(
  text: string,
  { limits, type = 'STANDARD' }: ServiceOptions,
): ServiceAnswer {
  const parsed = parseServiceJson(text, limits);
  if ('fault' in parsed) return answer([parsed.fault]);
  const { service } = inspect(parsed.value, limits, type).findings;
  return { ...answer(service), definition: parsed.value };
}

function answer(diagnostics: readonly ServiceDiagnostic[]): ServiceAnswer {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return { result: 'OK', diagnostics };
  const texts = errors.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`,
  );
  return {
    result: 'FAIL',
    diagnostics,
    message: `Invalid State Machine Definition: '${texts.join(', ')}'`,
  };
}
