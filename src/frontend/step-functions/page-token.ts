import type { Members } from './members.ts';
import { ServiceError } from './service-error.ts';

const STANDARD_SIZE = 100;

export interface PageAsked {
  /** Items of the page, 1 to 1000. */
  readonly size: number;
  /** Where the page before it ended. */
  readonly after: string | undefined;
  /** The token that leads on from `position`. */
  token(position: string): string;
}

/** `maxResults` and `nextToken` of a request. `list` says what is listed: a token of another list is InvalidToken. */
export function pageOf(members: Members, list: readonly (string | undefined)[]): PageAsked {
  const size = members.number('maxResults', { min: 0, max: 1_000 });
  const token = members.optionalText('nextToken', { min: 1, max: 3_096 });
  members.check();
  const place = JSON.stringify(list.map((part) => part ?? null));
  return {
    size: size === undefined || size === 0 ? STANDARD_SIZE : size,
    after: token === undefined ? undefined : positionOf(token, place),
    token: (position) => Buffer.from(JSON.stringify([place, position])).toString('base64url'),
  };
}

function positionOf(token: string, place: string): string {
  try {
    const [of, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, unknown];
    if (of === place && typeof position === 'string') return position;
  } catch {
    // Not one of ours.
  }
  throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

/** A page of items that are all at hand, in the order in which they are given. */
export function slice<T>(items: readonly T[], page: PageAsked): { items: readonly T[]; nextToken?: string } {
  const from = page.after === undefined ? 0 : Number(page.after);
  const until = from + page.size;
  return {
    items: items.slice(from, until),
    ...(until < items.length && { nextToken: page.token(String(until)) }),
  };
}
