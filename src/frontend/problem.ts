import { type ErrorCode, type Place, TidegateError } from '../model/errors.ts';

/** An RFC 9457 problem document. Further members come from the error: `diagnostics`, `limit`, `maximum`, `reasons`. */
export interface Problem {
  /** `urn:tidegate:error:` and the code in lower case with hyphens. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly remedy: string;
  /** Path of the request. */
  readonly instance: string;
  /** RFC 6901 pointer into the body, where one place is at fault. */
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
  readonly [member: string]: unknown;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** `status` where HTTP has one of its own for the case and the table's row serves others too, e.g. 431. */
export function toProblem(error: TidegateError, instance: string, status: number = error.status): Problem {
  return {
    ...error.details,
    type: problemType(error.code),
    title: titleOf(error.code),
    status,
    code: error.code,
    detail: error.message,
    remedy: error.remedy,
    instance,
    ...placeOf(error),
  };
}

function placeOf({ place }: TidegateError): Place {
  if (place === undefined) return {};
  const { pointer, line, column } = place;
  return {
    ...(pointer !== undefined && { pointer }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}

function problemType(code: ErrorCode): string {
  return `urn:tidegate:error:${code.toLowerCase().replaceAll('_', '-')}`;
}

function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ').toLowerCase();
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return title.replace('json', 'JSON').replace('yaml', 'YAML');
}

/** Without query, cut to a sensible length, and without a callback's token: it is a credential. */
export function instanceOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const masked = path.replace(/^(\/v1\/callbacks\/)[^/]+/, '$1***');
  return masked.length > 256 ? `${masked.slice(0, 253)}...` : masked;
}

/** Errors of the HTTP layer in the table's terms; whatever is not known by name is a defect. */
export function toTidegateError(error: unknown): TidegateError {
  if (error instanceof TidegateError) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new TidegateError('BODY_TOO_LARGE', message, { cause: error });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new TidegateError('UNSUPPORTED_MEDIA_TYPE', 'the header Content-Type is not a media type', {
        cause: error,
      });
    case 'FST_ERR_BAD_URL':
      return new TidegateError('INVALID_PARAMETER', 'the path holds a "%" that begins no valid escape', {
        cause: error,
      });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new TidegateError('INVALID_PARAMETER', 'a part of the path is too long', { cause: error });
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return new TidegateError('INVALID_BODY', 'the request ended before its body was complete', {
        cause: error,
      });
    default:
      return new TidegateError('INTERNAL', 'an unexpected error; its details are in the log', {
        cause: error,
      });
  }
}
