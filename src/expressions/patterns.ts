import { RE2JS, RE2JSException } from 're2js';
import { type Evaluation, Fault } from './evaluation.ts';
import { requireString } from './values.ts';

/** Instructions a pattern may be compiled to, as estimated from its text. */
const PATTERN_SIZE = 10_000;
/** Steps for each instruction of a pattern that is compiled while the expression runs. */
const STEPS_PER_INSTRUCTION = 4;
/** Characters times instructions that one step pays for. */
const WORK_PER_STEP = 64;

export type Matcher = (evaluation: Evaluation, subject: unknown) => boolean;

/** Compiles an RE2 pattern. Throws a Fault when it is invalid or too large. */
export function compilePattern(pattern: string): Matcher {
  const estimate = patternSize(pattern);
  if (estimate > PATTERN_SIZE) {
    throw new Fault(`a pattern of about ${estimate} instructions; the limit is ${PATTERN_SIZE}`);
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

/** `matches` with a pattern known only now; compiling it is paid for by its size. */
export function matches(evaluation: Evaluation, subject: unknown, pattern: unknown): boolean {
  const text = requireString(pattern, 'matches()');
  evaluation.chargeText(text.length);
  evaluation.charge(patternSize(text) * STEPS_PER_INSTRUCTION);
  return compilePattern(text)(evaluation, subject);
}

const REPETITION = /\{(\d{1,6})(?:,(\d{0,6}))?\}/y;
const ESCAPE = /\\(?:[pPx]\{[^}]{0,40}\}|[\s\S])/y;
const CHARACTER_CLASS = /\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]/y;

/**
 * About how many instructions a pattern makes. Counted repetitions write their operand out, so a short text may make
 * very many; the compiler would find out only after making them.
 */
export function patternSize(pattern: string): number {
  const outside: number[] = [];
  let total = 0;
  /** The size of the piece a repetition would repeat. */
  let last = 0;
  for (let at = 0; at < pattern.length; ) {
    const repetition = matchAt(REPETITION, pattern, at);
    if (repetition) {
      const most = Number(repetition[2] || repetition[1]);
      total += last * Math.max(0, most - 1) + 1;
      last *= Math.max(1, most);
      at += repetition[0].length;
      continue;
    }
    const character = pattern[at];
    const characterClass = character === '[' ? matchAt(CHARACTER_CLASS, pattern, at) : null;
    // A class that is never closed makes the pattern invalid; no need to look for its end again and again.
    if (character === '[' && characterClass === null) return pattern.length;
    if (character === '(') {
      outside.push(total);
      total = 0;
      last = 0;
    } else if (character === ')') {
      last = total + 2;
      total = last + (outside.pop() ?? 0);
    } else {
      total++;
      if (!'*+?|'.includes(character!)) last = 1;
    }
    at += (characterClass ?? matchAt(ESCAPE, pattern, at))?.[0].length ?? 1;
  }
  for (const size of outside) total += size;
  return total;
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}
