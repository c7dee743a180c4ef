import { type BuiltIn, of } from './built-in.ts';
import type { Evaluation } from './evaluation.ts';
import { Fault } from './fault.ts';
import { chargeSearch } from './functions-texts.ts';
import { type Found, Regex } from './regex-function.ts';
import { substitution } from './substitution.ts';
import { apply, asList, FunctionValue, isObject, Made, member, newList, newSequence } from './values.ts';

/** What a matcher finds first in a text. A function of the expression may be one: it gives what a regular expression gives. */
function search(evaluation: Evaluation, matcher: unknown, text: string): Found | undefined {
  if (matcher instanceof Regex) return matcher.find(evaluation, text);
  return foundBy(evaluation, applied(evaluation, matcher, [text]));
}

/** Levels that matching adds to a call. */
const LEVELS_OF_MATCHING = 4;

function applied(evaluation: Evaluation, called: unknown, args: readonly unknown[]): unknown {
  evaluation.enter(LEVELS_OF_MATCHING);
  const result = apply(evaluation, called, args, null);
  evaluation.leave(LEVELS_OF_MATCHING);
  return result;
}

function foundBy(evaluation: Evaluation, answer: unknown): Found | undefined {
  if (answer === undefined) return undefined;
  const object = isObject(answer) ? answer : {};
  const [match, start, end, groups, next] = ['match', 'start', 'end', 'groups', 'next'].map((key) =>
    member(object, key),
  );
  const isFound = typeof start === 'number' || Array.isArray(groups) || next instanceof FunctionValue;
  if (!isFound) throw new Fault('T1010');
  return {
    match: typeof match === 'string' ? match : '',
    start: Number(start ?? 0),
    end: Number(end ?? 0),
    groups: Array.isArray(groups) ? groups : [],
    next: () => foundBy(evaluation, applied(evaluation, next, [])),
  };
}

/** What a matcher finds one after the other, at most `limit`. */
function* searchAll(
  evaluation: Evaluation,
  matcher: unknown,
  text: string,
  limit = Number.POSITIVE_INFINITY,
): Generator<Found> {
  if (!(limit > 0)) return;
  let found = search(evaluation, matcher, text);
  for (let count = 0; found !== undefined && count < limit; count++) {
    evaluation.charge(1);
    yield found;
    found = found.next();
  }
}

function requireNatural(limit: number | undefined, code: string): void {
  if (limit !== undefined && limit < 0) throw new Fault(code, { value: limit, index: 3 });
}

function contains(evaluation: Evaluation, text: string, token: unknown): boolean {
  if (typeof token !== 'string') return search(evaluation, token, text) !== undefined;
  chargeSearch(evaluation, text, token);
  return text.includes(token);
}

function match(evaluation: Evaluation, text: string, matcher: unknown, limit?: number): unknown {
  requireNatural(limit, 'D3040');
  const matches = newSequence();
  for (const found of searchAll(evaluation, matcher, text, limit)) {
    const object = new Made();
    object['match'] = found.match;
    object['index'] = found.start;
    object['groups'] = asList([...found.groups]);
    matches.push(object);
  }
  return matches;
}

function split(evaluation: Evaluation, text: string, separator: unknown, limit?: number): unknown {
  requireNatural(limit, 'D3020');
  if (limit !== undefined && !(limit > 0)) return newList();
  if (typeof separator === 'string') {
    chargeSearch(evaluation, text, separator);
    evaluation.requireResult(separator === '' ? text.length * 2 : text.length);
    const parts = text.split(separator, limit);
    evaluation.charge(parts.length);
    return asList(parts);
  }
  const parts = newList();
  let start = 0;
  for (const found of searchAll(evaluation, separator, text, limit)) {
    parts.push(text.substring(start, found.start));
    start = found.end;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.substring(start));
  return parts;
}

function replace(
  evaluation: Evaluation,
  text: string,
  pattern: unknown,
  by: unknown,
  limit?: number,
): string {
  if (pattern === '') throw new Fault('D3010', { value: pattern, index: 2 });
  requireNatural(limit, 'D3011');
  const matcher = typeof pattern === 'string' ? plainMatcher(evaluation, text, pattern) : undefined;
  const replacementOf = replacer(evaluation, by, matcher !== undefined);
  let result = '';
  let position = 0;
  const all = matcher?.(limit) ?? searchAll(evaluation, pattern, text, limit);
  for (const found of all) {
    const replacement = replacementOf(found);
    result += text.substring(position, found.start) + replacement;
    evaluation.requireResult(replacement.length);
    if (result.length > evaluation.limits.expressionResult) evaluation.requireResult(result.length);
    position = found.start + found.match.length;
  }
  evaluation.requireResult(result.length + text.length - position);
  return result + text.substring(position);
}

/** Finds a text, literally. */
function plainMatcher(evaluation: Evaluation, text: string, part: string) {
  chargeSearch(evaluation, text, part);
  return function* (limit = Number.POSITIVE_INFINITY): Generator<Found> {
    let start = text.indexOf(part);
    for (let count = 0; start >= 0 && count < limit; count++) {
      evaluation.charge(1);
      yield { match: part, start, end: start + part.length, groups: [], next: () => undefined };
      start = text.indexOf(part, start + part.length);
    }
  };
}

function replacer(evaluation: Evaluation, by: unknown, literally: boolean): (found: Found) => string {
  if (typeof by === 'string') return literally ? () => by : (found) => substitution(by, found);
  return (found) => {
    const object = new Made();
    object['match'] = found.match;
    object['start'] = found.start;
    object['end'] = found.end;
    object['groups'] = asList([...found.groups]);
    const text = applied(evaluation, by, [object]);
    if (typeof text !== 'string') throw new Fault('D3012', { value: text });
    return text;
  };
}

/** Functions over texts that take a pattern. */
export const PATTERN_FUNCTIONS: readonly BuiltIn[] = [
  of('contains', '<s-(sf):b>', 2, contains),
  of('match', '<s-f<s:o>n?:a<o>>', 3, match),
  of('split', '<s-(sf)n?:a<s>>', 3, split),
  of('replace', '<s-(sf)(sf)n?:s>', 4, replace),
];
