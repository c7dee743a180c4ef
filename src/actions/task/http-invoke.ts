import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { EffectError } from '../action.ts';
import { effectError } from '../effect-error.ts';
import { isSuccess } from '../http-answer.ts';
import type { OutgoingCall } from '../outgoing.ts';
import type { ConnectionTarget } from '../resource-map.ts';
import { formOf, queryOf } from './form.ts';
import { argumentsOf, type Integration, type TaskDeps } from './integration.ts';
import { type FieldRules, requireFields } from './required-fields.ts';
import { callSealed, type SealedCall } from './sealed-call.ts';
import { STATUS_TEXTS } from './status-texts.ts';

interface HttpArguments {
  readonly ApiEndpoint?: unknown;
  readonly Method?: unknown;
  readonly Headers?: Readonly<Record<string, unknown>>;
  readonly QueryParameters?: Readonly<Record<string, unknown>>;
  readonly RequestBody?: unknown;
  readonly Authentication?: { readonly ConnectionArn?: unknown };
  readonly InvocationConfig?: { readonly ConnectionArn?: unknown };
  readonly Transform?: {
    readonly RequestBodyEncoding?: unknown;
    readonly RequestEncodingOptions?: { readonly ArrayFormat?: unknown };
  };
}

const FIELDS: FieldRules = { required: ['ApiEndpoint', 'Method'], texts: ['ApiEndpoint', 'Method'] };
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `http:invoke`: calls a URL, by the rules that outgoing calls have; a connection becomes the secret it is mapped to. */
export const httpInvoke: Integration = async (call, deps) => {
  requireFields(argumentsOf(call), FIELDS);
  const given = argumentsOf(call) as HttpArguments;
  const { ApiEndpoint, Method, QueryParameters } = given;
  if (typeof ApiEndpoint !== 'string' || !URL.canParse(ApiEndpoint))
    throw effectError('ACTION_FAILED', `ApiEndpoint is ${JSON.stringify(ApiEndpoint)}, no URL`);
  if (typeof Method !== 'string' || !METHODS.includes(Method))
    throw effectError('ACTION_FAILED', `Method is ${JSON.stringify(Method)}, none of ${METHODS.join(', ')}`);
  const url = new URL(ApiEndpoint);
  for (const [name, value] of queryOf(QueryParameters ?? {})) url.searchParams.append(name, value);
  const answer = await callSealed(deps, call.effect, call.signal, {
    method: Method as OutgoingCall['method'],
    url: url.href,
    ...authentication(given, deps),
    ...contentOf(given),
  }).catch((error: unknown) => {
    throw socketFailure(error);
  });
  const { status, text, headers } = answer;
  if (!isSuccess(status)) {
    const retryable = status >= 500 || status === 429;
    throw new EffectError({ code: `States.Http.StatusCode.${status}`, message: text, retryable });
  }
  return {
    Headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ResponseBody: bodyOf(text, deps.limits),
    StatusCode: status,
    StatusText: STATUS_TEXTS[status] ?? '',
  };
};

function contentOf({ RequestBody, Headers = {}, Transform }: HttpArguments): Partial<SealedCall> {
  const asForm = Transform?.RequestBodyEncoding === 'URL_ENCODED';
  if (RequestBody === undefined || RequestBody === null) return { dataHeaders: Headers };
  if (asForm) {
    const body = formOf(RequestBody, Transform.RequestEncodingOptions?.ArrayFormat);
    return { dataHeaders: { 'content-type': 'application/x-www-form-urlencoded', ...lower(Headers) }, body };
  }
  return {
    dataHeaders: Headers,
    body: typeof RequestBody === 'string' ? RequestBody : JSON.stringify(RequestBody),
  };
}

function lower(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function authentication(
  { Authentication, InvocationConfig }: HttpArguments,
  { resources }: TaskDeps,
): Partial<SealedCall> {
  const arn = Authentication?.ConnectionArn ?? InvocationConfig?.ConnectionArn;
  if (arn === undefined) return {};
  const target = resources.findConnection(String(arn))?.target;
  if (target === undefined)
    throw effectError(
      'CONNECTION_NOT_FOUND',
      `the resource map has no secret for the connection ${String(arn)}`,
    );
  return credentialsOf(target);
}

function credentialsOf({ secret, header, basic, headers }: ConnectionTarget): Partial<SealedCall> {
  if (header !== undefined) return { headers: { ...headers, [header]: secret } };
  if (basic === undefined) return { headers: { ...headers, Authorization: `Bearer ${secret}` } };
  return {
    headers: { ...headers, Authorization: secret },
    finish: ({ Authorization = '', ...rest }) => ({
      ...rest,
      Authorization: `Basic ${Buffer.from(`${basic}:${Authorization}`).toString('base64')}`,
    }),
  };
}

/** JSON as its value, anything else as text. */
function bodyOf(text: string, limits: Limits): unknown {
  if (text === '') return '';
  try {
    return parseJson(text, limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    if (error.code === 'INVALID_JSON') return text;
    throw new EffectError({ code: error.code, message: error.message, retryable: false }, { cause: error });
  }
}

function socketFailure(error: unknown): unknown {
  if (!(error instanceof EffectError) || error.failure.code !== 'TARGET_UNREACHABLE') return error;
  return new EffectError({ ...error.failure, code: 'States.Http.Socket' }, { cause: error });
}
