import { ERRORS, TidegateError } from '../model/errors.ts';
import { parseJson } from '../model/json.ts';
import type { Limits } from '../model/limits.ts';
import { EffectError } from './action.ts';
import { effectError } from './effect-error.ts';
import type { OutgoingAnswer } from './outgoing.ts';

/** Answers that a later call may not get: the target is busy, down or not yet there. */
const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** JSON as its value, anything else as text, nothing as null. Throws an EffectError with the code of `parseJson`. */
export function resultOf(answer: OutgoingAnswer, target: string, limits: Limits): unknown {
  if (answer.body.length === 0) return null;
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw effectError(
      'EFFECT_REFUSED',
      `${target} answered in the content encoding ${encoding}; it must be identity`,
    );
  }
  const contentType = answer.headers['content-type'] ?? '';
  if (!isJson(contentType)) return textOf(answer.body, contentType);
  try {
    return parseJson(answer.body, limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw effectError(error.code, `${target} answered with JSON that cannot be taken: ${error.message}`);
  }
}

/**
 * What an answer other than 2xx says about the attempt. A JSON body may name an error of the target's own: `code`, or
 * `error` together with a boolean `retryable`; then `retryable`, where given, decides the class.
 */
export function failureOf(
  answer: OutgoingAnswer,
  target: string,
  seal: (text: string) => string,
): EffectError {
  const { status, headers } = answer;
  const text = seal(textOf(answer.body, headers['content-type'] ?? ''));
  const own = isJson(headers['content-type'] ?? '') ? ownErrorOf(text) : undefined;
  const standard = RETRYABLE.has(status) ? 'EFFECT_FAILED' : 'EFFECT_REFUSED';
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed, call the final URL' : '';
  const details = {
    status,
    ...(text !== '' && { body: cut(text, 4_096) }),
    ...(headers['retry-after'] !== undefined && { retryAfter: headers['retry-after'] }),
  };
  return new EffectError({
    code: own?.code ?? standard,
    message: `${target} answered ${status}${own?.message ? `: ${cut(own.message, 512)}` : redirect}`,
    retryable: own?.retryable ?? ERRORS[standard].class === 'retryable',
    details,
  });
}

interface OwnError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly retryable: boolean | undefined;
}

const ERROR_NAME = /^[A-Za-z][\w.:-]{0,127}$/;

function ownErrorOf(text: string): OwnError | undefined {
  let body: Record<string, unknown>;
  try {
    body = Object(JSON.parse(text));
  } catch {
    return undefined; // the status alone then
  }
  const retryable = typeof body.retryable === 'boolean' ? body.retryable : undefined;
  const name = body.code ?? (retryable === undefined ? undefined : body.error);
  const code = typeof name === 'string' && ERROR_NAME.test(name) ? name : undefined;
  const message = [body.message, body.detail, body.title].find((said) => typeof said === 'string') as
    | string
    | undefined;
  return { code, message, retryable: code === undefined ? undefined : retryable };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

function isJson(contentType: string): boolean {
  const mediaType = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  return mediaType.endsWith('/json') || mediaType.endsWith('+json');
}

function textOf(body: Buffer, contentType: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString('utf8'); // a charset that nobody knows
  }
}
