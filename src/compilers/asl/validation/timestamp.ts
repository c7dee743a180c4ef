import { parseInstant } from '../../../expressions/instant.ts';

const WITH_SECONDS = /^.{16}:/;

/** RFC 3339 with an upper-case `T` and `Z`, as the language profiles it, of a time that exists; leap seconds are none. */
export function isTimestamp(text: string): boolean {
  return WITH_SECONDS.test(text) && parseInstant(text) !== undefined;
}
