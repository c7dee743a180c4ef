import { compileProgram } from './program.ts';
import { Search } from './search.ts';
import { parsePattern } from './syntax.ts';

export type { Search, Slots } from './search.ts';
export { UnsupportedPattern } from './syntax.ts';

/** Compiles a regular expression of ECMAScript, as written, for searches in linear time. Throws UnsupportedPattern. */
export function compileSearch(expression: RegExp): Search {
  const { pattern, groups } = parsePattern(expression.source);
  const { ignoreCase, multiline } = expression;
  return new Search(compileProgram(pattern, ignoreCase), groups, { ignoreCase, multiline });
}
