import type { QueryLanguage, StateType } from '../model.ts';
import { assign } from './assign.ts';
import { choices } from './choice.ts';
import { catchers, retry } from './error-handling.ts';
import {
  type Check,
  checkFields,
  type Fields,
  fieldsOf,
  requireElements,
  requireFields,
  requireObject,
} from './fields.ts';
import type { Here, Inspection, Scope } from './inspection.ts';
import { type JsonObject, quoted } from './json-type.ts';
import { jsonataItems, jsonataObject, jsonataTemplate } from './jsonata.ts';
import { checkMap, itemBatcher, itemProcessor, itemReader, label, resultWriter } from './map.ts';
import { path, pathOrNull, resultPath, singlePath, textPath } from './paths.ts';
import type { Place } from './place.ts';
import { resource } from './resource.ts';
import { checkTask } from './task.ts';
import { jsonPathObject, jsonPathTemplate } from './template.ts';
import { checkTransition, transition } from './transitions.ts';
import {
  anything,
  constantText,
  dynamic,
  flag,
  integer,
  MAXIMUM_SECONDS,
  number,
  oneOf,
  text,
  timestamp,
} from './values.ts';

const WAITS = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
const seconds = dynamic(integer(1, MAXIMUM_SECONDS));
const count = dynamic(integer(0, Number.MAX_SAFE_INTEGER));

const EVERY: Readonly<Record<string, Check>> = {
  Type: anything,
  Comment: text,
  QueryLanguage: oneOf('JSONPath', 'JSONata'),
};
const IN_AND_OUT: Readonly<Record<string, Check>> = {
  'InputPath JSONPath': pathOrNull,
  'OutputPath JSONPath': pathOrNull,
  'Output JSONata': jsonataTemplate,
};
const GOING_ON: Readonly<Record<string, Check>> = { Next: transition, End: flag };
const CALLING: Readonly<Record<string, Check>> = {
  'Parameters JSONPath': jsonPathTemplate,
  'ResultSelector JSONPath': jsonPathObject,
  'ResultPath JSONPath': resultPath,
  'Output JSONata': seeingResult(jsonataTemplate),
  Assign: seeingResult(assign),
  Retry: retry,
  Catch: catchers,
};

const FIELDS: Readonly<Record<StateType, Fields>> = {
  Pass: fieldsOf('a Pass state', {
    ...EVERY,
    ...IN_AND_OUT,
    ...GOING_ON,
    'Result JSONPath': staticResult,
    'Parameters JSONPath': jsonPathTemplate,
    'ResultPath JSONPath': resultPath,
    Assign: assign,
  }),
  Task: fieldsOf(
    'a Task state',
    {
      ...EVERY,
      ...IN_AND_OUT,
      ...GOING_ON,
      ...CALLING,
      'Arguments JSONata': jsonataTemplate,
      Resource: resource,
      TimeoutSeconds: seconds,
      'TimeoutSecondsPath JSONPath': singlePath,
      HeartbeatSeconds: seconds,
      'HeartbeatSecondsPath JSONPath': singlePath,
      Credentials: credentials,
    },
    {
      required: ['Resource'],
      exclusive: [
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
        ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
      ],
    },
  ),
  Choice: fieldsOf(
    'a Choice state',
    { ...EVERY, ...IN_AND_OUT, Choices: choices, Default: transition, Assign: assign },
    { required: ['Choices'] },
  ),
  Wait: fieldsOf(
    'a Wait state',
    {
      ...EVERY,
      ...IN_AND_OUT,
      ...GOING_ON,
      Seconds: dynamic(integer(0, MAXIMUM_SECONDS)),
      'SecondsPath JSONPath': singlePath,
      Timestamp: dynamic(timestamp),
      'TimestampPath JSONPath': singlePath,
      Assign: assign,
    },
    { exclusive: [WAITS] },
  ),
  Succeed: fieldsOf('a Succeed state', { ...EVERY, ...IN_AND_OUT }),
  Fail: fieldsOf(
    'a Fail state',
    {
      ...EVERY,
      Error: dynamic(constantText),
      'ErrorPath JSONPath': textPath,
      Cause: dynamic(constantText),
      'CausePath JSONPath': textPath,
    },
    {
      exclusive: [
        ['Error', 'ErrorPath'],
        ['Cause', 'CausePath'],
      ],
    },
  ),
  Parallel: fieldsOf(
    'a Parallel state',
    {
      ...EVERY,
      ...IN_AND_OUT,
      ...GOING_ON,
      ...CALLING,
      'Arguments JSONata': jsonataTemplate,
      Branches: branches,
    },
    { required: ['Branches'] },
  ),
  Map: fieldsOf(
    'a Map state',
    {
      ...EVERY,
      ...IN_AND_OUT,
      ...GOING_ON,
      ...CALLING,
      ItemProcessor: itemProcessor,
      Iterator: itemProcessor,
      'ItemsPath JSONPath': path,
      'Items JSONata': jsonataItems,
      ItemSelector: (value, at, here) =>
        (here.language === 'JSONPath' ? jsonPathTemplate : jsonataTemplate)(value, at, here),
      ItemReader: itemReader,
      ItemBatcher: itemBatcher,
      ResultWriter: resultWriter,
      MaxConcurrency: count,
      'MaxConcurrencyPath JSONPath': singlePath,
      ToleratedFailureCount: count,
      'ToleratedFailureCountPath JSONPath': singlePath,
      ToleratedFailurePercentage: dynamic(number(0, 100)),
      'ToleratedFailurePercentagePath JSONPath': singlePath,
      Label: label,
    },
    {
      exclusive: [
        ['ItemProcessor', 'Iterator'],
        ['ItemSelector', 'Parameters'],
        ['MaxConcurrency', 'MaxConcurrencyPath'],
        ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
        ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
      ],
    },
  ),
};

const BRANCH = fieldsOf(
  'a branch',
  { Comment: text, StartAt: anything, States: anything },
  { required: ['States', 'StartAt'] },
);

const PAYLOADS = ['Result', 'Parameters', 'Arguments', 'Output', 'ItemSelector', 'Assign'];
const TYPES: readonly StateType[] = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'];
const checkType = oneOf(...TYPES);
const GOES_ON: ReadonlySet<unknown> = new Set(['Pass', 'Task', 'Wait', 'Parallel', 'Map']);

/** One state, with what lies inside it. */
export function checkState(
  name: string,
  state: unknown,
  at: Place,
  scope: Scope,
  inspection: Inspection,
): void {
  const { findings } = inspection;
  const language = languageOf(state, inspection);
  const here: Here = { inspection, findings, scope, state: name, language, sees: undefined };
  if (!requireObject(state, at, here)) return;
  if (inspection.language === 'JSONata' && state.QueryLanguage === 'JSONPath') {
    const message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    findings.error('ASL_QUERY_LANGUAGE', at.at('QueryLanguage'), message, { service: { message, at } });
  }
  const type = state.Type;
  if (type === undefined) requireFields(state, at, here, ['Type']);
  else if (!TYPES.includes(type as StateType)) checkType(type, at.at('Type'), here);
  else checkFields(state, at, here, FIELDS[type as StateType]);
  if (inspection.size > inspection.limits.payloadBytes) checkPayloads(state, at, here);
  if (GOES_ON.has(type)) checkTransition(state, at, here);
  if (type === 'Wait') checkWait(state, at, here);
  if (type === 'Task') checkTask(state, at, here);
  if (type === 'Map') checkMap(state, at, here);
}

function languageOf(state: unknown, inspection: Inspection): QueryLanguage {
  const own = (state as JsonObject | null | undefined)?.QueryLanguage;
  return own === 'JSONata' || own === 'JSONPath' ? own : inspection.language;
}

/** `$states.result` has a value there. */
function seeingResult(check: Check): Check {
  return (value, at, here) => check(value, at, { ...here, sees: 'result' });
}

function branches(value: unknown, at: Place, here: Here): void {
  if (!requireElements(value, at, here)) return;
  value.forEach((branch, index) => {
    const place = at.at(index);
    if (!requireObject(branch, place, here)) return;
    checkFields(branch, place, here, BRANCH);
    here.inspection.checkStates(branch, place, { type: here.scope.type, outer: here.scope, apart: false });
  });
}

function credentials(value: unknown, at: Place, here: Here): void {
  (here.language === 'JSONPath' ? jsonPathObject : jsonataObject)(value, at, here);
}

function staticResult(value: unknown, at: Place, here: Here): void {
  if (typeof value !== 'string' || !/^\$\$?[.[]/.test(value)) return;
  here.findings.warning('ASL_STATIC_TEXT', at, `Result is static: ${quoted(value)} stays a text`, {
    suggestion: 'Parameters',
    service: {
      severity: 'WARNING',
      code: 'PASS_RESULT_IS_STATIC',
      message: 'Attempt to use a path in the result of a pass state',
    },
  });
}

/** Data that is written out can be more than may be passed on. */
function checkPayloads(state: JsonObject, at: Place, { findings, inspection: { limits } }: Here): void {
  for (const name of PAYLOADS) {
    const bytes = Buffer.byteLength(JSON.stringify(state[name] ?? null));
    if (bytes <= limits.payloadBytes) continue;
    findings.warning(
      'ASL_PAYLOAD',
      at.at(name),
      `${name} has ${bytes} bytes, and data may have ${limits.payloadBytes} (the limit payloadBytes)`,
    );
  }
}

function checkWait(state: JsonObject, at: Place, here: Here): void {
  if (WAITS.some((name) => Object.hasOwn(state, name))) return;
  here.findings.error('ASL_MISSING_FIELD', at, `a Wait state needs one of ${WAITS.join(', ')}`, {
    service: { message: `There should be one of the following fields: [${WAITS.join(', ')}]` },
  });
}
