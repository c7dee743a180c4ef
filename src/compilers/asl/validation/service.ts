import type { Limits } from '../../../model/limits.ts';
import { MAXIMUM_DIAGNOSTICS } from '../../../model/schema-diagnostics.ts';
import { duplicateStates } from './duplicate-states.ts';
import type { ServiceDiagnostic } from './findings.ts';
import type { MachineType } from './inspection.ts';
import { isObject } from './json-type.ts';
import { inspect, MAXIMUM_STATE_NAME } from './machine.ts';
import { Place } from './place.ts';
import { parseServiceJson } from './service-json.ts';
import { isTerminal } from './transitions.ts';

/** What the service calls a state that was sent without a name. */
const STATE_NAME = 'StateName';

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
  const { findings } = inspect(parsed.value, limits, type);
  return { ...answer([...repeatedStates(text), ...findings.service]), definition: parsed.value };
}

/**
 * The same for one state, as TestState takes it; it may also be a whole machine. A state's transitions lead nowhere, which is
 * no fault here.
 */
export function serviceStateDiagnostics(text: string, options: ServiceOptions): ServiceAnswer {
  const parsed = parseServiceJson(text, options.limits);
  if ('fault' in parsed) return answer([parsed.fault]);
  if (!isObject(parsed.value) || Object.hasOwn(parsed.value, 'States'))
    return serviceDiagnostics(text, options);
  const name = unlike(STATE_NAME, text);
  const { findings } = inspect(
    { StartAt: name, States: { [name]: parsed.value } },
    options.limits,
    options.type ?? 'STANDARD',
  );
  const around = `/States/${name}`;
  // What goes on ends elsewhere; the machine around it is looked at last, after its branches.
  const ownEnd = isTerminal(parsed.value)
    ? undefined
    : findings.service.findLast(({ code }) => code === 'MISSING_END_STATE');
  const service = findings.service
    .filter(
      (each) =>
        each !== ownEnd &&
        (each.code !== 'MISSING_TRANSITION_TARGET' ||
          each.location?.slice(around.length).includes('/States/') === true),
    )
    .map((each) =>
      each.location?.startsWith(around)
        ? { ...each, location: `/States/${STATE_NAME}${each.location.slice(around.length)}` }
        : each,
    );
  return { ...answer(service), definition: parsed.value };
}

/** The name, made longer until the text does not have it, as long as it may name a state. */
function unlike(name: string, text: string): string {
  const taken = text.includes(`"${name}"`) && name.length < MAXIMUM_STATE_NAME;
  return taken ? unlike(`${name}_`, text) : name;
}

function repeatedStates(text: string): ServiceDiagnostic[] {
  return duplicateStates(text)
    .slice(0, MAXIMUM_DIAGNOSTICS)
    .map((steps) => {
      const at = steps.reduce<Place>((place, step) => place.at(step), Place.root());
      return {
        severity: 'ERROR',
        code: 'DUPLICATE_STATE_NAME',
        message: `Duplicate State name: ${at.name}`,
        location: at.location,
      };
    });
}

function answer(diagnostics: readonly ServiceDiagnostic[]): ServiceAnswer {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return { result: 'OK', diagnostics };
  const texts = errors.map(({ code, message, location = 'null' }) => `${code}: ${message} at ${location}`);
  return {
    result: 'FAIL',
    diagnostics,
    message: `Invalid State Machine Definition: '${texts.join(', ')}'`,
  };
}
