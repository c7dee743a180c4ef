import { assign } from './assign.ts';
import {
  type Check,
  checkFields,
  type Fields,
  fieldsOf,
  requireArray,
  requireElements,
  requireObject,
  wrongType,
} from './fields.ts';
import type { Here } from './inspection.ts';
import { jsonataTemplate } from './jsonata.ts';
import { resultPath } from './paths.ts';
import type { Place } from './place.ts';
import { transition } from './transitions.ts';
import { integer, MAXIMUM_SECONDS, number, oneOf, text } from './values.ts';

/** Names the language reserves; `States.Http.StatusCode.` goes on with a number. */
export const ERROR_NAMES: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

const MAXIMUM_DELAY = 31_622_399;

const RETRIER = fieldsOf(
  'a retrier',
  {
    ErrorEquals: errorEquals,
    IntervalSeconds: integer(1, MAXIMUM_SECONDS),
    MaxAttempts: integer(0, MAXIMUM_SECONDS),
    BackoffRate: number(1, Number.POSITIVE_INFINITY),
    MaxDelaySeconds: integer(1, MAXIMUM_DELAY),
    JitterStrategy: oneOf('FULL', 'NONE'),
    Comment: text,
  },
  { required: ['ErrorEquals'] },
);

const CATCHER = fieldsOf(
  'a catcher',
  {
    ErrorEquals: errorEquals,
    Next: transition,
    'ResultPath JSONPath': resultPath,
    'Output JSONata': jsonataTemplate,
    Assign: assign,
    Comment: text,
  },
  { required: ['ErrorEquals', 'Next'] },
);

/** `Retry` */
export const retry: Check = (value, at, here) => {
  checkList(value, at, here, RETRIER);
};

/** `Catch` */
export const catchers: Check = (value, at, here) => {
  checkList(value, at, { ...here, sees: 'errorOutput' }, CATCHER);
};

function checkList(value: unknown, at: Place, here: Here, fields: Fields): void {
  if (!requireArray(value, at, here)) return;
  value.forEach((each, index) => {
    const place = at.at(index);
    if (!requireObject(each, place, here)) return;
    checkFields(each, place, here, fields);
    if (Array.isArray(each.ErrorEquals) && each.ErrorEquals.includes('States.ALL')) {
      checkCatchAll(each.ErrorEquals, index === value.length - 1, place.at('ErrorEquals'), here, fields);
    }
  });
}

function checkCatchAll(
  names: readonly unknown[],
  last: boolean,
  at: Place,
  { findings }: Here,
  { what }: Fields,
): void {
  const alone = names.length === 1;
  if (alone && last) return;
  findings.error(
    'ASL_ERROR_EQUALS',
    at,
    [
      ...(alone ? [] : ['States.ALL stands alone in ErrorEquals: it takes every error']),
      ...(last ? [] : [`${what} with States.ALL comes last: those behind it are never tried`]),
    ].join('; '),
    {
      service: {
        message: 'States.ALL must appear alone and at end of list',
        at: at.at(names.indexOf('States.ALL')),
      },
    },
  );
}

function errorEquals(value: unknown, at: Place, here: Here): void {
  if (!requireElements(value, at, here, 'an array of error names')) return;
  value.forEach((name, index) => {
    if (typeof name !== 'string') wrongType(name, 'an error name', at.at(index), here);
    else if (isUnknownReserved(name)) {
      here.findings.warning('ASL_ERROR_NAME', at.at(index), `no error is named ${name}`, {
        suggestion: here.findings.suggest(name, () => [...ERROR_NAMES]),
      });
    }
  });
}

function isUnknownReserved(name: string): boolean {
  return (
    name.startsWith('States.') && !ERROR_NAMES.has(name) && !/^States\.Http\.StatusCode\.\d+$/.test(name)
  );
}
