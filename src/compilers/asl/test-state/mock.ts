import { activityNameOf } from '../../../actions/task/arn.ts';
import { TidegateError } from '../../../model/errors.ts';
import { parseJson } from '../../../model/json.ts';
import type { Limits } from '../../../model/limits.ts';
import { splitResource } from '../emit-task.ts';
import { awaitsReport } from './context-object.ts';
import { type FoundState, stateInside } from './find-state.ts';
import { type Mock, type Refusal, refusal, type TestStateRequest } from './request.ts';
import { endFault, responseFault } from './response-shape.ts';

/** What the work of the state comes to, where it is not performed. */
export type MockedEnd =
  | { readonly result: unknown }
  | { readonly error: string; readonly cause: string | undefined };

type Mocking = { readonly mocked: MockedEnd | undefined } | { readonly refused: Refusal };

/** The mock, held to what the state takes; undefined: its work is performed. */
export async function mockedEnd(
  { state }: FoundState,
  request: TestStateRequest,
  limits: Limits,
): Promise<Mocking> {
  const { mock, revealSecrets, stateConfiguration } = request;
  const { Type } = state;
  if (mock === undefined) return withoutMock(state);
  if (revealSecrets === true) {
    return refusal(
      'ValidationException',
      'TestState does not support RevealSecrets when a mock is specified.',
    );
  }
  if (Type !== 'Task' && Type !== 'Map' && Type !== 'Parallel') {
    return refusal('ValidationException', `State type '${Type}' is not supported when a mock is specified`);
  }
  const { result, errorOutput } = mock;
  if ((result === undefined) === (errorOutput === undefined)) {
    return refusal('ValidationException', 'A mock must have either a result or an errorOutput');
  }
  const origin = stateConfiguration?.errorCausedByState;
  if (origin !== undefined && stateInside(state, origin) === undefined) {
    return refusal(
      'ValidationException',
      `errorCausedByState: there is no state '${origin}' inside the tested state`,
    );
  }
  if (errorOutput !== undefined) {
    const { error, cause } = errorOutput;
    if (error === undefined)
      return refusal('ValidationException', 'The errorOutput of a mock must have an error');
    return { mocked: { error, cause } };
  }
  return mockedResult(state, result!, mock.fieldValidationMode ?? 'STRICT', limits);
}

function withoutMock(
  state: FoundState['state'],
): { readonly mocked: undefined } | { readonly refused: Refusal } {
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    return refusal(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (awaitsReport(state) || activityNameOf(String(state['Resource'])) !== undefined) {
    return refusal(
      'InvalidDefinition',
      "TestState API supports Activity tasks and the '.sync' and '.waitForTaskToken' service integration patterns only when a mock is specified",
    );
  }
  return { mocked: undefined };
}

/** By who gives the result: one that is reported with a token may be anything. */
const FAULTS: Partial<Record<ReturnType<typeof splitResource>['pattern'], typeof responseFault>> = {
  request: responseFault,
  sync: endFault,
  'sync:2': endFault,
};

async function mockedResult(
  state: FoundState['state'],
  text: string,
  mode: NonNullable<Mock['fieldValidationMode']>,
  limits: Limits,
): Promise<Mocking> {
  let result: unknown;
  try {
    result = parseJson(text, limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return refusal('ValidationException', 'Mocked result must be valid JSON');
  }
  const fault = shapeFault(state, result);
  if (fault !== undefined) return refusal('ValidationException', fault);
  if (state.Type !== 'Task') return { mocked: { result } };
  const { resource, pattern } = splitResource(String(state['Resource']));
  const unlike = await FAULTS[pattern]?.(resource, result, mode);
  return unlike === undefined
    ? { mocked: { result } }
    : refusal('ValidationException', `Mock result schema validation error: ${unlike}`);
}

function shapeFault(state: FoundState['state'], result: unknown): string | undefined {
  if (state.Type === 'Task') return undefined;
  if (state['ResultWriter'] !== undefined) {
    const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
    return isObject ? undefined : 'Mocked result must be a JSON object.';
  }
  if (!Array.isArray(result)) return 'Mocked result must be an array.';
  if (state.Type === 'Map' || result.length === (state['Branches'] as unknown[]).length) return undefined;
  return 'Mocked result must contain the same number of items as number of Parallel branches.';
}
