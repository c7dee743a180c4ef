import { namesError } from '../../../conditions/index.ts';
import { errorOutput } from '../../../expressions/index.ts';
import { TidegateError } from '../../../model/errors.ts';
import { parseJson } from '../../../model/json.ts';
import type { Retrier } from '../model.ts';
import { givenContextObject, madeContextObject, objectOf } from './context-object.ts';
import { type FoundState, findState } from './find-state.ts';
import { type Inspected, inspect } from './inspection.ts';
import { type Entry, type LoneRun, runAlone } from './lone-run.ts';
import { compileLoneState, type LoneState } from './lone-state.ts';
import { mockedEnd } from './mock.ts';
import {
  type ErrorDetails,
  type InspectionData,
  type Refusal,
  refusal,
  type TestStateAnswer,
  type TestStateOptions,
  type TestStateRequest,
} from './request.ts';
import { workOf } from './work.ts';

export type {
  ErrorDetails,
  InspectionData,
  Mock,
  Refusal,
  StateConfiguration,
  TestStateAnswer,
  TestStateOptions,
  TestStateRequest,
  TestStatus,
} from './request.ts';

/**
 * Runs one state of Amazon States Language alone, through the compiler and the engine that run whole machines: entered with
 * the given input, context object and variables, its work as mocked. It does not wait: neither for the time of a Wait state
 * nor for a retry. `refused`: the request is none that the service's TestState takes. Rejects only where `perform` does
 * with something else than an EffectError.
 */
export async function testState(
  request: TestStateRequest,
  options: TestStateOptions,
): Promise<{ readonly answer: TestStateAnswer } | { readonly refused: Refusal }> {
  const { limits } = options;
  const { stateConfiguration = {}, inspectionLevel = 'INFO' } = request;
  const finding = findState(request.definition, request.stateName, limits);
  if ('refused' in finding) return finding;
  const { found } = finding;
  const mocking = await mockedEnd(found, request, limits);
  if ('refused' in mocking) return mocking;
  const entering = entryOf(found, request, options);
  if ('refused' in entering) return entering;
  const { entry } = entering;
  const context =
    request.context === undefined
      ? { context: madeContextObject(found.state, entry, options.arns) }
      : givenContextObject(request.context, found.state, request, limits);
  if ('refused' in context) return context;
  const { context: contextObject } = context;
  const compiling = compileLoneState(found, contextObject, limits);
  if ('refused' in compiling) return compiling;
  const { lone } = compiling;
  const running = await runAlone(lone, entry, workOf(mocking.mocked, stateConfiguration, options));
  if ('refused' in running) return running;
  const { run } = running;
  const answer = answerOf(run, lone);
  if (inspectionLevel === 'INFO') return { answer };
  const inspected = inspect({ found, lone, entry, run, contextObject, limits });
  const data = dataOf(inspected, run, errorDetailsOf(found, run, lone));
  return { answer: { ...answer, inspectionData: { ...data, input: request.input ?? NO_INPUT } } };
}

const NO_INPUT = '{}';

function entryOf(
  { state }: FoundState,
  { input = NO_INPUT, variables = '{}', roleArn, stateConfiguration }: TestStateRequest,
  { limits, now }: TestStateOptions,
): { readonly entry: Entry } | { readonly refused: Refusal } {
  const given = objectOf(variables, limits);
  if (given === undefined) return refusal('ValidationException', 'Variables must be a valid JSON object');
  const retriers = (state['Retry'] ?? []) as readonly Retrier[];
  const tries = retriers.map(() => stateConfiguration?.retrierRetryCount ?? 0);
  try {
    return { entry: { input: parseJson(input, limits), variables: given, tries, roleArn, now } };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return refusal('InvalidExecutionInput', `Invalid State Machine Execution Input: '${error.message}'`);
  }
}

function answerOf(
  { left, failed, retryMs, error, cause }: LoneRun,
  { slug, targets }: LoneState,
): TestStateAnswer {
  if (left === undefined && retryMs === undefined) {
    return {
      status: 'FAILED',
      ...(error != null && { error }),
      ...(typeof cause === 'string' && cause !== '' && { cause }),
    };
  }
  const caught = left === undefined || left.to?.startsWith(`${slug}-catch-`);
  const { Error: name, Cause: reason } = caught ? errorOutput(failed?.data) : {};
  const next = left?.to === undefined ? undefined : targets.get(left.to);
  return {
    status: left === undefined ? 'RETRIABLE' : caught ? 'CAUGHT_ERROR' : 'SUCCEEDED',
    ...(left && { output: JSON.stringify(left.value) }),
    ...(name !== undefined && { error: name }),
    ...(reason !== undefined && reason !== '' && { cause: reason }),
    ...(next !== undefined && { nextState: next }),
  };
}

/** Which retrier and which catcher an error of the state came to. */
function errorDetailsOf(
  { state }: FoundState,
  { failed, left, retryMs }: LoneRun,
  { slug }: LoneState,
): ErrorDetails | undefined {
  if (failed === undefined) return undefined;
  const error = errorOutput(failed.data).Error ?? '';
  const retriers = (state['Retry'] ?? []) as readonly Retrier[];
  const retryIndex = retriers.findIndex(({ ErrorEquals }) => namesError(ErrorEquals, error));
  const catcher = left?.to?.startsWith(`${slug}-catch-`) ? left.to.slice(`${slug}-catch-`.length) : undefined;
  if (retryIndex < 0 && catcher === undefined) return undefined;
  return {
    ...(catcher !== undefined && { catchIndex: Number(catcher) }),
    ...(retryIndex >= 0 && { retryIndex }),
    ...(retryMs !== undefined && { retryBackoffIntervalSeconds: Math.ceil(retryMs / 1000) }),
  };
}

/** Numbers as they are; everything else as JSON texts. */
function dataOf(
  inspected: Inspected,
  { variables }: LoneRun,
  errorDetails: ErrorDetails | undefined,
): InspectionData {
  const numbers = ['maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'];
  const shown = Object.entries(inspected).map(([name, value]) => [
    name,
    numbers.includes(name) ? value : JSON.stringify(value),
  ]);
  return {
    ...(Object.fromEntries(shown) as InspectionData),
    ...(Object.keys(variables).length > 0 && { variables: JSON.stringify(variables) }),
    ...(errorDetails && { errorDetails }),
  };
}
