import { TidegateError } from '../model/errors.ts';

/** A place in a list that is ordered by two numbers, e.g. `startedAt` and a sequence number. */
export type Place = readonly [major: number, minor: number];

export function encodePlace(place: Place): string {
  return `${place[0]}.${place[1]}`;
}

/** Throws INVALID_PARAMETER for text that `encodePlace` did not make. */
export function decodePlace(cursor: string): Place {
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (match === null)
    throw new TidegateError('INVALID_PARAMETER', `"${cursor}" is not a cursor of this list`);
  return [Number(match[1]), Number(match[2])];
}
