import { parseJson } from '../../model/json.ts';
import { EffectError } from '../action.ts';
import type { CallTarget, MappedResource } from '../resource-map.ts';
import { parseArn } from './arn.ts';
import type { AwsAnswer } from './aws-clients.ts';
import { type OptimizedNames, optimizedFailure } from './aws-failure.ts';
import { uuidOf } from './aws-sdk.ts';
import { argumentsOf, type Integration, type TaskCall, type TaskDeps } from './integration.ts';
import { callMapped } from './mapped-call.ts';
import { transportOf } from './optimized.ts';
import { type FieldRules, requireFields } from './required-fields.ts';
import { requirePayload } from './result-size.ts';

const NAMES: OptimizedNames = { prefix: 'Lambda', service: 'AWSLambda', standard: 'AWSLambdaException' };
const FIELDS: FieldRules = {
  known: ['ClientContext', 'FunctionName', 'InvocationType', 'LogType', 'Payload', 'Qualifier'],
  required: ['FunctionName'],
  texts: ['ClientContext', 'FunctionName', 'InvocationType', 'LogType', 'Qualifier'],
};
const UNKNOWN =
  'The cause could not be determined because Lambda did not return an error type. Returned payload: ';

/** A function by its ARN: the arguments are its payload, what it returns is the result. */
export const lambdaFunction: Integration = async (call, deps) => {
  const { resource, arguments: payload } = call.request;
  const mapped = deps.resources.findFunction(resource);
  if (mapped !== undefined) return callMapped(mapped, payload, call, deps);
  const answer = await invoke({ FunctionName: resource, Payload: JSON.stringify(payload) }, call, deps);
  return payloadOf(answer, call, deps, (text) => text);
};

/** `lambda:invoke`: the arguments are those of the API, the result is its answer. */
export const lambdaInvoke: Integration = async (call, deps) => {
  const given = argumentsOf(call);
  const { FunctionName, Payload } = given;
  requireFields(given, FIELDS);
  const mapped = deps.resources.findFunction(String(FunctionName));
  if (mapped !== undefined) return mappedInvoke(mapped, Payload, call, deps);
  const body = Payload === null || Payload === undefined ? undefined : jsonText(Payload);
  const answer = await invoke({ ...given, Payload: body }, call, deps);
  const { ExecutedVersion, LogResult, StatusCode } = answer.output;
  const result = payloadOf(answer, call, deps, compact);
  return {
    ...(ExecutedVersion !== undefined && { ExecutedVersion }),
    ...(LogResult !== undefined && { LogResult }),
    ...(textOf(answer.output.Payload) !== '' && { Payload: result }),
    ...transportOf(answer.http),
    StatusCode: StatusCode ?? answer.http.status,
  };
};

async function mappedInvoke(
  mapped: MappedResource<CallTarget>,
  Payload: unknown,
  call: TaskCall,
  deps: TaskDeps,
): Promise<unknown> {
  const result = await callMapped(mapped, parsed(Payload) ?? {}, call, deps);
  const http = { status: 200, requestId: uuidOf(call.effect.id), headers: {} };
  return { ExecutedVersion: '$LATEST', Payload: result, ...transportOf(http), StatusCode: 200 };
}

async function invoke(
  input: Readonly<Record<string, unknown>>,
  { signal }: TaskCall,
  { aws }: TaskDeps,
): Promise<AwsAnswer> {
  const region = parseArn(String(input.FunctionName))?.region || undefined;
  try {
    return await aws.call({ service: 'lambda', action: 'invoke', region, signal }, () => input);
  } catch (error) {
    throw optimizedFailure(error, signal, NAMES);
  }
}

/** The value the function returned. Throws the error it raised, its cause as `cause` writes the text that came. */
function payloadOf(
  { output }: AwsAnswer,
  { request }: TaskCall,
  { limits }: TaskDeps,
  cause: (text: string) => string,
): unknown {
  const text = textOf(output.Payload);
  requirePayload(Buffer.byteLength(text), request.resource, limits);
  if (output.FunctionError === undefined) return text === '' ? null : parseJson(text, limits);
  const { errorType } = Object(parsed(text)) as { errorType?: unknown };
  const known = typeof errorType === 'string' && errorType !== '';
  throw new EffectError({
    code: known ? errorType : 'Lambda.Unknown',
    message: known ? cause(text) : `${UNKNOWN}${text}`,
    retryable: true,
  });
}

function textOf(payload: unknown): string {
  return payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : '';
}

/** A text is taken as the JSON it holds. */
function jsonText(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

function parsed(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return payload; // no JSON: a text
  }
}

function compact(text: string): string {
  const value = parsed(text);
  return typeof value === 'string' ? text : JSON.stringify(value);
}
