import type { Limits } from '../../../model/limits.ts';
import { checkFields, empty, fieldsOf, requireObject, wrongType } from './fields.ts';
import { type Here, Inspection, type MachineType, type Scope, type Surroundings } from './inspection.ts';
import { isDeeperThan, isObject, type JsonObject } from './json-type.ts';
import { Place } from './place.ts';
import { checkState } from './states.ts';
import { checkGraph } from './transitions.ts';
import { anything, integer, MAXIMUM_SECONDS, oneOf, text } from './values.ts';

/** Characters of a definition the service takes. */
const MAXIMUM_SIZE = 1_048_576;
/** Characters of a state's name. */
export const MAXIMUM_STATE_NAME = 80;

const MACHINE = fieldsOf(
  'a state machine',
  {
    Comment: text,
    Version: version,
    QueryLanguage: oneOf('JSONPath', 'JSONata'),
    TimeoutSeconds: integer(1, MAXIMUM_SECONDS),
    StartAt: anything,
    States: anything,
  },
  { required: ['States', 'StartAt'] },
);

/** Looks at everything once. Never throws for a value that is JSON. */
export function inspect(definition: unknown, limits: Limits, type: MachineType): Inspection {
  const inspection = new Inspection(limits, checkStates);
  const { findings } = inspection;
  const at = Place.root();
  if (!isObject(definition)) {
    findings.error('ASL_NOT_AN_OBJECT', at, 'a state machine is a JSON object', {
      service: { message: 'Definition must be a valid JSON object', at: null },
    });
    return inspection;
  }
  if (isDeeperThan(definition, limits.jsonDepth)) {
    const message = `the definition is nested deeper than ${limits.jsonDepth} levels (the limit jsonDepth)`;
    findings.error('ASL_TOO_DEEP', at, message, { service: { code: 'TOO_DEEPLY_NESTED' } });
    return inspection;
  }
  inspection.size = JSON.stringify(definition).length;
  if (inspection.size > MAXIMUM_SIZE) {
    findings.error('ASL_TOO_LARGE', at, `the definition has more than ${MAXIMUM_SIZE} characters`);
    return inspection;
  }
  if (definition.QueryLanguage === 'JSONata') inspection.language = 'JSONata';
  const surroundings: Surroundings = { type, outer: undefined, apart: false };
  const scope: Scope = { ...surroundings, assigned: new Set(), targets: [] };
  checkFields(definition, at, hereOf(scope, inspection), MACHINE);
  inspection.checkStates(definition, at, surroundings);
  inspection.finish();
  return inspection;
}

function checkStates(value: JsonObject, at: Place, surroundings: Surroundings, inspection: Inspection): void {
  const scope: Scope = { ...surroundings, assigned: new Set(), targets: [] };
  const here = hereOf(scope, inspection);
  const { StartAt: startAt, States: states } = value;
  if (typeof startAt === 'string') {
    scope.targets.push({ from: undefined, to: startAt, at: at.at('StartAt') });
  } else if (startAt !== undefined) wrongType(startAt, 'the name of a state', at.at('StartAt'), here);
  if (states === undefined) return;
  const place = at.at('States');
  if (!requireObject(states, place, here)) return;
  const names = Object.keys(states);
  if (names.length === 0) empty(place, here);
  for (const name of names) {
    checkName(name, place.at(name), scope, inspection);
    checkState(name, states[name], place.at(name), scope, inspection);
  }
  inspection.later(() => {
    checkGraph(states, typeof startAt === 'string' ? startAt : undefined, at, scope, inspection);
  });
}

function checkName(name: string, at: Place, scope: Scope, { names, findings }: Inspection): void {
  const { length } = [...name];
  if (length === 0 || length > MAXIMUM_STATE_NAME) {
    const message = `a state's name has 1 to ${MAXIMUM_STATE_NAME} characters, not ${length}`;
    const told = `Invalid State name: State '${name}' exceeds the ${MAXIMUM_STATE_NAME}-character limit allowed by the service`;
    findings.error('ASL_STATE_NAME', at, message, {
      service: { code: 'INVALID_STATE_NAME', message: length === 0 ? message : told },
    });
  }
  if (names.has(name)) {
    const message = `another state is named "${name}"; names are unique in the whole machine, branches included`;
    findings.error('ASL_DUPLICATE_STATE', at, message, {
      service: { code: 'DUPLICATE_STATE_NAME', message: `Duplicate State name: ${name}` },
    });
  } else names.set(name, scope);
}

function hereOf(scope: Scope, inspection: Inspection): Here {
  const { findings, language } = inspection;
  return { inspection, findings, scope, state: undefined, language, sees: undefined };
}

function version(value: unknown, at: Place, here: Here): void {
  if (typeof value !== 'string') wrongType(value, 'a string', at, here);
  else if (value !== '1.0') {
    here.findings.warning('ASL_UNKNOWN_VALUE', at, `"${value}" is no known version of the language`, {
      suggestion: '1.0',
    });
  }
}
