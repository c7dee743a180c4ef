import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import { EffectError } from '../action.ts';
import { effectError } from '../effect-error.ts';
import { isSuccess } from '../http-answer.ts';
import { type CallTarget, type MappedResource, withName } from '../resource-map.ts';
import { functionOf, integrationOf } from './arn.ts';
import type { TaskCall, TaskDeps } from './integration.ts';
import { callSealed } from './sealed-call.ts';
import type { TaskRequest } from './task.ts';

/**
 * Calls what the resource map has in the place of a resource: `payload` goes out as JSON, the answer's JSON is the result.
 * A failure is told as Lambda tells a function's: its code is the errorType, its message the JSON that came.
 */
export async function callMapped(
  { target, name }: MappedResource<CallTarget>,
  payload: unknown,
  call: TaskCall,
  deps: TaskDeps,
): Promise<unknown> {
  if ('http' in target) return callHttp(target, name, payload, call, deps);
  return callFunction(withName(target.function, name), payload, call, deps);
}

async function callHttp(
  target: Extract<CallTarget, { http: string }>,
  name: string,
  payload: unknown,
  { effect, request, signal }: TaskCall,
  deps: TaskDeps,
): Promise<unknown> {
  const { http, method = 'POST', headers } = target;
  const answer = await callSealed(deps, effect, signal, {
    method,
    url: withName(http, name, encodeURIComponent),
    ...(headers && { headers }),
    ...(method !== 'GET' && { body: JSON.stringify(payload) }),
  }).catch((error: unknown) => {
    throw unreached(error, isFunction(request));
  });
  if (!isSuccess(answer.status)) throw httpFailure(answer.status, answer.text, isFunction(request));
  if (answer.text === '') return null;
  try {
    return parseJson(answer.text, deps.limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    if (error.code === 'INVALID_JSON') return answer.text;
    throw new EffectError({ code: error.code, message: error.message, retryable: false }, { cause: error });
  }
}

/** A function that nobody can reach is to a definition what a Lambda that cannot be reached is. */
function unreached(error: unknown, lambda: boolean): unknown {
  if (!lambda || !(error instanceof EffectError) || error.failure.code !== 'TARGET_UNREACHABLE') return error;
  const message = `Unable to execute HTTP request: ${error.failure.message}`;
  return new EffectError({ ...error.failure, code: 'Lambda.SdkClientException', message }, { cause: error });
}

const BY_STATUS: Readonly<Record<number, string>> = {
  404: 'Lambda.ResourceNotFoundException',
  413: 'Lambda.RequestTooLargeException',
  429: 'Lambda.TooManyRequestsException',
  502: 'Lambda.ServiceException',
  503: 'Lambda.ServiceException',
  504: 'Lambda.ServiceException',
};

function httpFailure(status: number, text: string, lambda: boolean): EffectError {
  const errorType = errorTypeIn(text);
  const standard = lambda ? (BY_STATUS[status] ?? 'Lambda.Unknown') : 'States.TaskFailed';
  const code = errorType ?? standard;
  const retryable = status >= 500 || status === 429;
  const message = text === '' ? `the function answered with the status ${status}` : text;
  return new EffectError({ code, message, retryable, details: { status } });
}

/** Whether a Lambda function would have been called. */
function isFunction({ resource }: TaskRequest): boolean {
  return functionOf(resource) !== undefined || integrationOf(resource) === 'lambda:invoke';
}

function errorTypeIn(text: string): string | undefined {
  try {
    const { errorType } = Object(JSON.parse(text)) as { errorType?: unknown };
    return typeof errorType === 'string' && errorType !== '' ? errorType : undefined;
  } catch {
    return undefined; // the status alone then
  }
}

async function callFunction(
  name: string,
  payload: unknown,
  { effect, signal }: TaskCall,
  { functions }: TaskDeps,
): Promise<unknown> {
  if (functions === undefined)
    throw effectError('FUNCTION_NOT_FOUND', 'this worker has no functions of its own');
  try {
    return await functions.invoke({ ...effect, request: { name, input: payload } }, { signal });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw functionFailure(error);
  }
}

function functionFailure(error: unknown): EffectError {
  if (error instanceof EffectError) {
    const { code, message } = error.failure;
    if (code !== 'FUNCTION_NOT_FOUND') return error;
    return new EffectError({ code: 'Lambda.ResourceNotFoundException', message, retryable: false });
  }
  const { name: errorType = 'Error', message = String(error) } = Object(error) as Partial<Error>;
  const cause = JSON.stringify({ errorType, errorMessage: message });
  return new EffectError({ code: errorType, message: cause, retryable: true }, { cause: error });
}
