import { RE2JS, RE2JSException } from 're2js';
import { type Evaluation, Fault } from './evaluation.ts';
import { requireString } from './values.ts';

/** Characters of a pattern: a counted repetition makes up to a thousand instructions of a few of them. */
const PATTERN_LENGTH = 1_000;
/** Steps for each character of a pattern that is compiled while the expression runs. */
const STEPS_PER_PATTERN_CHARACTER = 20;
/** Characters times instructions that one step pays for. */
const WORK_PER_STEP = 64;

export type Matcher = (evaluation: Evaluation, subject: unknown) => boolean;

/** Compiles an RE2 pattern. Throws a Fault when it is invalid or too large. */
export function compilePattern(pattern: string): Matcher {
  if (pattern.length > PATTERN_LENGTH) {
    throw new Fault(`a pattern of ${pattern.length} characters; the limit is ${PATTERN_LENGTH}`);
  }
  const compiled = compileRe2(pattern);
  const instructions = Math.max(1, compiled.programSize());
  return (evaluation, subject) => {
    const text = requireString(subject, 'matches()');
    evaluation.charge(1 + Math.floor((text.length * instructions) / WORK_PER_STEP));
    return compiled.test(text);
  };
}

function compileRe2(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) throw new Fault(`invalid pattern: ${error.message}`);
    throw error;
  }
}

/** `matches` with a pattern known only now; compiling it is paid for by its length. */
export function matches(evaluation: Evaluation, subject: unknown, pattern: unknown): boolean {
  const text = requireString(pattern, 'matches()');
  evaluation.charge(text.length * STEPS_PER_PATTERN_CHARACTER);
  return compilePattern(text)(evaluation, subject);
}
