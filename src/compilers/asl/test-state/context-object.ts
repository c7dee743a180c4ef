import { TidegateError } from '../../../model/errors.ts';
import { parseJson } from '../../../model/json.ts';
import type { Limits } from '../../../model/limits.ts';
import {
  type ArnScope,
  DEFAULT_ARN_SCOPE,
  expressArn,
  stateMachineArn,
} from '../../../model/step-functions-arns.ts';
import { splitResource } from '../emit-task.ts';
import type { JsonObject, StateType } from '../model.ts';
import type { Entry } from './lone-run.ts';
import { WORKFLOW } from './lone-state.ts';
import { STATE_NAME } from './lone-triggers.ts';
import { type Refusal, refusal, type TestStateRequest } from './request.ts';

const EXECUTION = 'test';
const TOKEN = 'test-task-token';

/** Members that a given context object may have. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Execution: ['Id', 'Input', 'Name', 'RoleArn', 'StartTime', 'RedriveCount', 'RedriveTime'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
  StateMachine: ['Id', 'Name'],
  Task: ['Token'],
};

const RETRYING: readonly StateType[] = ['Task', 'Map', 'Parallel'];

/** The context object of a test that is given none. */
export function madeContextObject(
  state: JsonObject,
  { input, roleArn, now, tries }: Entry,
  arns: ArnScope = DEFAULT_ARN_SCOPE,
): JsonObject {
  const time = new Date(now).toISOString();
  return {
    Execution: {
      Id: expressArn(arns, WORKFLOW, EXECUTION),
      Input: input,
      Name: EXECUTION,
      RoleArn: roleArn ?? null,
      StartTime: time,
    },
    StateMachine: { Id: stateMachineArn(arns, WORKFLOW), Name: WORKFLOW },
    State: {
      Name: STATE_NAME,
      EnteredTime: time,
      ...(RETRYING.includes(state['Type'] as StateType) && { RetryCount: tries[0] ?? 0 }),
    },
    ...(awaitsReport(state) && { Task: { Token: TOKEN } }),
  };
}

/** A context object that is given, held to what the service takes. */
export function givenContextObject(
  text: string,
  state: JsonObject,
  { mock }: TestStateRequest,
  limits: Limits,
): { readonly context: JsonObject } | { readonly refused: Refusal } {
  if (mock === undefined) return invalid('A Context object is only supported when a mock is specified');
  const given = objectOf(text, limits);
  if (given === undefined) return invalid('Context object must be a valid JSON object');
  for (const [name, value] of Object.entries(given)) {
    if (name === 'Map') return invalid("'Map' field is not supported when mocking a Context object");
    const members = Object.hasOwn(MEMBERS, name) ? MEMBERS[name]! : undefined;
    if (members === undefined) return invalid(`Field '${name}' is not allowed`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return invalid(`Field '${name}' must be an object`);
    }
    const unknown = Object.keys(value).find((member) => !members.includes(member));
    if (unknown !== undefined) return invalid(`Field '${unknown}' is not allowed`);
  }
  if (given['Task'] !== undefined && !awaitsReport(state)) {
    return invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  return { context: given };
}

function invalid(what: string): { readonly refused: Refusal } {
  return refusal('ValidationException', `Invalid Context object provided: ${what}`);
}

/** A Task whose result comes later than the answer to its call. */
export function awaitsReport({ Type, Resource }: JsonObject): boolean {
  return Type === 'Task' && splitResource(String(Resource)).pattern !== 'request';
}

/** The object that the text is; undefined where it is none. */
export function objectOf(text: string, limits: Limits): JsonObject | undefined {
  try {
    const value = parseJson(text, limits);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch (error) {
    if (error instanceof TidegateError) return undefined;
    throw error;
  }
}
