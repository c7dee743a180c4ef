import type { Template, TriggerDefinition } from '../../model/documents.ts';
import { failedTrigger, holdOf } from './failures.ts';
import type { TaskState } from './model.ts';
import { names } from './names.ts';
import {
  argumentsValue,
  constantValue,
  inputSteps,
  jsonataValue,
  pathValue,
  requirement,
  selectSteps,
} from './queries.ts';
import type { Place } from './region.ts';
import { doneTrigger, enterTrigger } from './working-state.ts';

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
    enterTrigger(
      place,
      {
        type: 'task',
        resource: constantValue(resource),
        ...(pattern !== 'request' && { pattern }),
        arguments: argumentsValue(state, place.language),
        timeoutMs: timeOf(place, 'Timeout') ?? (isCall ? LONGEST_CALL_MS : null),
        heartbeatMs: timeOf(place, 'Heartbeat') ?? null,
        subject: slug,
        hold,
      },
      { hold: hold, faultTurns: -turns },
    ),
    doneTrigger(place, { id: names.succeeded(slug), subject: slug, turns: AROUND + turns, faultTurns: 0 }),
    failedTrigger(place, { attemptTurns: turns, caughtTurns: AROUND + turns }),
  ];
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
