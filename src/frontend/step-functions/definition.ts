import { type Diagnostic, TidegateError } from '../../model/errors.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import { jsonOf } from './arguments.ts';
import type { MachineType, ServiceDiagnostic } from './parts.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';

/** Of ASL the service's own findings; of whatever else the machines are written in those of its compiler. */
export function diagnose(service: Service, text: string, type: MachineType): readonly ServiceDiagnostic[] {
  if (service.parts.diagnose) return service.parts.diagnose(text, type);
  let value: unknown;
  try {
    value = jsonOf(text, service.limits, invalidDefinition);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message: error.message }];
  }
  return service.gateway.compile(service.format, value).diagnostics.map(fromDiagnostic);
}

/** Registers the definition as the workflow's newest version. Throws InvalidDefinition. */
export async function register(
  service: Service,
  workflow: string,
  text: string,
  type: MachineType,
): Promise<StoredWorkflow> {
  const errors = diagnose(service, text, type).filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) throw invalidDefinition(errors.map(shown).join(', '));
  const definition = jsonOf(text, service.limits, (fault) =>
    invalidDefinition(`INVALID_JSON_DESCRIPTION: ${fault}`),
  );
  try {
    const put = await service.gateway.putWorkflow(workflow, { format: service.format, definition });
    await service.machines.keepDefinitionText(put.workflow, text);
    return put.workflow;
  } catch (error) {
    if (!(error instanceof TidegateError) || error.status >= 500) throw error;
    const found = (error.details?.diagnostics ?? []) as readonly Diagnostic[];
    const faults = found.map(fromDiagnostic).filter(({ severity }) => severity === 'ERROR');
    throw invalidDefinition(
      faults.length > 0 ? faults.map(shown).join(', ') : `${error.code}: ${error.message}`,
    );
  }
}

/** Whether the text says what the machine's definition says, however it is laid out. */
export function sameDefinition(service: Service, { definition }: StoredWorkflow, text: string): boolean {
  const given = jsonOf(text, service.limits, (fault) =>
    invalidDefinition(`INVALID_JSON_DESCRIPTION: ${fault}`),
  );
  return JSON.stringify(given) === JSON.stringify(definition);
}

export function invalidDefinition(why: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: '${why}'`);
}

function shown({ code, message, location }: ServiceDiagnostic): string {
  return `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`;
}

function fromDiagnostic({ severity, message, pointer }: Diagnostic): ServiceDiagnostic {
  return {
    severity: severity === 'error' ? 'ERROR' : 'WARNING',
    code: 'SCHEMA_VALIDATION_FAILED',
    message,
    ...(pointer !== undefined && { location: pointer === '' ? '/' : pointer }),
  };
}
