import { TidegateError } from '../model/errors.ts';
import type { Page } from '../stores/index.ts';
import type { CommandResult, PageRequest } from '../workers/gateway.ts';
import * as parameters from './parameters.ts';
import type { Answer, Call } from './route.ts';

/** What the page of a call asks for. */
export function pageOf(call: Call): PageRequest {
  const cursor = parameters.cursor.of(call);
  return { limit: parameters.limit.of(call) ?? 100, ...(cursor !== undefined && { cursor }) };
}

export const PAGE = [parameters.limit, parameters.cursor] as const;

export function ok(body: object): Answer {
  return { status: 200, body };
}

export function okPage<T, D extends object>(page: Page<T>, show: (item: T) => D): Answer {
  return ok({ items: page.items.map(show), ...(page.cursor !== undefined && { cursor: page.cursor }) });
}

export const NO_CONTENT: Answer = { status: 204 };

/** 202 as long as the command only stands in the log. */
export function commandAnswer(result: CommandResult, applied: Answer = ok(result)): Answer {
  return result.applied ? applied : { status: 202, body: result };
}

/**
 * A page of a list that is in memory as a whole. The cursor names the last item by place and key, so that items added
 * or removed meanwhile neither repeat nor hide others, except where the last one itself went.
 */
export function slicePage<T>(items: readonly T[], keyOf: (item: T) => string, request: PageRequest): Page<T> {
  const start = request.cursor === undefined ? 0 : startAfter(items, keyOf, request.cursor);
  const part = items.slice(start, start + request.limit);
  const last = part.at(-1);
  if (last === undefined || start + part.length >= items.length) return { items: part };
  const place = Buffer.from(`${start + part.length - 1}:${keyOf(last)}`).toString('base64url');
  return { items: part, cursor: place };
}

function startAfter<T>(items: readonly T[], keyOf: (item: T) => string, cursor: string): number {
  const parts = /^(\d{1,9}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (!parts)
    throw new TidegateError('INVALID_PARAMETER', `cursor ${JSON.stringify(cursor)} is not one of this list`);
  const index = Number(parts[1]);
  const found = items[index];
  if (found !== undefined && keyOf(found) === parts[2]) return index + 1;
  const moved = items.findIndex((item) => keyOf(item) === parts[2]);
  return moved < 0 ? index : moved + 1;
}
