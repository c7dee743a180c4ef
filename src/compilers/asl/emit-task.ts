import { EVENT_TYPES } from '../../model/cloud-event.ts';
import type { Template, TriggerDefinition } from '../../model/documents.ts';
import { entries, failByFault, failedTrigger, holdOf } from './failures.ts';
import type { TaskState } from './model.ts';
import { names } from './names.ts';
import { assignActions, type Flow, outputValue } from './outputs.ts';
import {
  buildSteps,
  constantValue,
  inputSteps,
  jsonataValue,
  pathValue,
  requirement,
  resultSteps,
  selectSteps,
} from './queries.ts';
import { leave, type Place, triggerOf } from './region.ts';

/** Turns of a call: scheduled, started and ended; where the answer comes later, submitted too. */
const CALL = 3;
const LATER = 4;
/** Entered and exited. */
const AROUND = 2;
const MS = 1000;
/** Milliseconds that a call may take whose state sets no time: as long as a Lambda function may run. */
const LONGEST_CALL_MS = 900_000;

export function emitTask(place: Place<TaskState>): TriggerDefinition[] {
  const { state, slug } = place;
  const { resource, pattern } = splitResource(state.Resource);
  const turns = pattern === 'request' ? CALL : LATER;
  const isCall = pattern === 'request' && !ACTIVITY.test(resource);
  const hold = holdOf(place);
  return [
    triggerOf(place, {
      id: names.enter(slug),
      activationEvents: entries(place),
      condition: { type: 'always' },
      actions: {
        fire: [
          {
            type: 'task',
            resource: constantValue(resource),
            ...(pattern !== 'request' && { pattern }),
            arguments: argumentsOf(place),
            timeoutMs: timeOf(place, 'Timeout') ?? (isCall ? LONGEST_CALL_MS : null),
            heartbeatMs: timeOf(place, 'Heartbeat') ?? null,
            subject: slug,
            hold,
          },
        ],
        error: failByFault(place, -turns, hold),
      },
    }),
    succeededTrigger(place, AROUND + turns),
    failedTrigger(place, { attemptTurns: turns, caughtTurns: AROUND + turns }),
  ];
}

function succeededTrigger(place: Place<TaskState>, turns: number): TriggerDefinition {
  const { state, slug } = place;
  const flow: Flow = {
    from: 'result',
    value: buildSteps(state.ResultSelector, 'ResultSelector'),
    after: resultSteps(state),
  };
  return triggerOf(place, {
    id: names.succeeded(slug),
    activationEvents: [{ type: EVENT_TYPES.taskSucceeded, subject: slug }],
    condition: { type: 'always' },
    actions: {
      fire: [...assignActions(place, flow), ...leave(place, outputValue(place, flow), turns)],
      error: failByFault(place, 0),
    },
  });
}

/** Its worker reports whenever it is done. */
const ACTIVITY = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:activity:/;

type Pattern = 'request' | 'sync' | 'sync:2' | 'token';

const SUFFIXES: readonly (readonly [string, Pattern])[] = [
  ['.waitForTaskToken', 'token'],
  ['.sync:2', 'sync:2'],
  ['.sync', 'sync'],
];

/** The ARN, and how its result comes. */
export function splitResource(arn: string): { readonly resource: string; readonly pattern: Pattern } {
  for (const [suffix, pattern] of SUFFIXES) {
    if (arn.endsWith(suffix)) return { resource: arn.slice(0, -suffix.length), pattern };
  }
  return { resource: arn, pattern: 'request' };
}

function argumentsOf({ state, language }: Place<TaskState>): Template {
  if (language === 'JSONPath') {
    return pathValue('input', [...inputSteps(state), ...buildSteps(state.Parameters, 'Parameters')]);
  }
  return state.Arguments === undefined
    ? pathValue('input', [])
    : jsonataValue('input', state.Arguments, 'Arguments');
}

/** Milliseconds; undefined where the state sets none. */
function timeOf({ state, language }: Place<TaskState>, what: 'Timeout' | 'Heartbeat'): Template | undefined {
  const field = `${what}Seconds` as const;
  const pathField = `${what}SecondsPath` as const;
  const path = state[pathField];
  const seconds = state[field];
  if (path !== undefined) {
    const steps = [...inputSteps(state), ...selectSteps(path, pathField)];
    return pathValue('input', steps, { ...requirement('positive-seconds', pathField, path), scale: MS });
  }
  if (typeof seconds === 'number') return seconds * MS;
  if (seconds === undefined || language === 'JSONPath') return undefined;
  return jsonataValue('input', seconds, field, {
    ...requirement('positive-seconds', field, seconds),
    scale: MS,
  });
}
