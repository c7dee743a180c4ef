import {
  type MachineType,
  type ServiceAnswer,
  serviceDiagnostics,
} from '../../compilers/asl/validation/index.ts';
import { TidegateError } from '../../model/errors.ts';
import type { StoredWorkflow } from '../../stores/index.ts';
import { FORMAT } from './machine-records.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';

/** What the service says to a definition as it was sent. */
export function diagnose({ limits }: Service, text: string, type: MachineType): ServiceAnswer {
  return serviceDiagnostics(text, { limits, type });
}

/** The definition's value. Throws InvalidDefinition. */
export function definitionOf(service: Service, text: string, type: MachineType): unknown {
  const { message, definition } = diagnose(service, text, type);
  if (message !== undefined) throw new ServiceError('InvalidDefinition', message);
  return definition;
}

/** Registers a definition as the workflow's newest version, and keeps its text to the character. Throws InvalidDefinition. */
export async function register(
  service: Service,
  workflow: string,
  definition: unknown,
  text: string,
): Promise<StoredWorkflow> {
  try {
    const put = await service.gateway.putWorkflow(workflow, { format: FORMAT, definition });
    await service.machines.keepDefinitionText(put.workflow, text);
    return put.workflow;
  } catch (error) {
    if (!(error instanceof TidegateError) || error.status >= 500) throw error;
    throw new ServiceError(
      'InvalidDefinition',
      `Invalid State Machine Definition: '${error.code}: ${error.message}'`,
    );
  }
}
