import type { Dispatcher } from 'undici';
import { ERRORS, type ErrorCode, type Place, TidegateError } from '../model/errors.ts';

/** The error of a problem document; INTERNAL where the answer is none, e.g. from a proxy in between. */
export async function errorOf(response: Dispatcher.ResponseData): Promise<TidegateError> {
  const text = await response.body.text();
  const problem = parse(text);
  if (problem === undefined) {
    return new TidegateError(
      'INTERNAL',
      `answer ${response.statusCode} is no problem document: ${text.slice(0, 200)}`,
      {
        details: { status: response.statusCode },
      },
    );
  }
  const {
    code,
    detail,
    pointer,
    line,
    column,
    type: _,
    title: _title,
    remedy: _remedy,
    ...details
  } = problem;
  const place: Place = {
    ...(typeof pointer === 'string' && { pointer }),
    ...(typeof line === 'number' && { line }),
    ...(typeof column === 'number' && { column }),
  };
  return new TidegateError(code as ErrorCode, String(detail), {
    details,
    ...(Object.keys(place).length > 0 && { place }),
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { code } = value as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
    ? (value as Record<string, unknown>)
    : undefined;
}
