import type { RegexNode } from './ast.ts';
import type { Compiler } from './compiler.ts';
import type { Closure } from './evaluation.ts';
import { invalid } from './parse.ts';
import { compileSearch, type Search, UnsupportedPattern } from './regex/index.ts';
import { Regex } from './regex-function.ts';

export function compileRegex(_: Compiler, node: RegexNode): Closure {
  const { value, position } = node;
  const regex = new Regex(searchOf(value, position), value.source, position);
  return () => regex;
}

function searchOf(expression: RegExp, position: number | undefined): Search {
  try {
    return compileSearch(expression);
  } catch (error) {
    if (error instanceof UnsupportedPattern) {
      throw invalid(
        `the regular expression /${expression.source}/ is not supported: ${error.message}`,
        position,
      );
    }
    throw error;
  }
}
