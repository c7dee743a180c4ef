import type { EventDetails } from './execution-event.ts';

/** A transition that could not be planned, as the engine tells of it. */
interface Fault {
  readonly code: string;
  readonly message: string;
}

/** An expression of JSONata failed: the service tells of it by an event of its own. */
export function isEvaluation({ code }: Fault): boolean {
  return code === 'States.QueryEvaluationError';
}

export function evaluationDetails({ code, message }: Fault, state: string): EventDetails {
  const location = locationIn(message);
  return { error: code, cause: message, ...(location !== undefined && { location }), state };
}

/** The field that an error text names. */
function locationIn(message: string): string | undefined {
  const [, quoted, leading] =
    /specified for the field '([^']+)'|\)\. The (\w+) field cannot be parsed/.exec(message) ?? [];
  return quoted ?? leading;
}

/** A fault of the definition that nothing but its own name catches: the states around it do not fail, the execution does. */
export function isOwnFault(failure: unknown): boolean {
  return (failure as { error?: unknown } | null | undefined)?.error === 'States.Runtime';
}
