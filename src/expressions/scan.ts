/** Why the text of an expression cannot be cut or read, and where. */
export interface ScanProblem {
  readonly kind: 'unterminated' | 'nesting';
  readonly at: number;
}

export type ScanResult = { readonly end: number } | ScanProblem;

/**
 * Walks the tokens of an expression from `start` without parsing it: to the end of the text, or with `template` to the
 * `}` that closes a `${`. It knows strings (raw, triple-quoted), comments and brackets, so a `}` inside a string or a
 * map literal does not end the expression. It also bounds what makes a parser recurse: brackets and signs in a row.
 */
export function scanExpression(
  text: string,
  start: number,
  maximumDepth: number,
  template: boolean,
): ScanResult {
  const signsOutside: number[] = [];
  let signs = 0;
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at]!;
    switch (character) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        at++;
        continue;
      case '/':
        if (text[at + 1] === '/') {
          const newline = text.indexOf('\n', at);
          at = newline < 0 ? text.length : newline;
          continue;
        }
        break;
      case '!':
      case '-':
        if (text[at + 1] === '=') break;
        signs++;
        depth++;
        if (depth > maximumDepth) return { kind: 'nesting', at };
        at++;
        continue;
      case '(':
      case '[':
      case '{':
        signsOutside.push(signs);
        signs = 0;
        depth++;
        if (depth > maximumDepth) return { kind: 'nesting', at };
        at++;
        continue;
      case ')':
      case ']':
      case '}': {
        if (template && character === '}' && signsOutside.length === 0) return { end: at };
        const outside = signsOutside.pop();
        if (outside !== undefined) depth -= 1 + outside;
        depth -= signs;
        signs = 0;
        at++;
        continue;
      }
      case '"':
      case "'": {
        const end = stringEnd(text, at, character);
        if (end < 0) return { kind: 'unterminated', at };
        at = end;
        depth -= signs;
        signs = 0;
        continue;
      }
    }
    depth -= signs;
    signs = 0;
    at++;
  }
  return template ? { kind: 'unterminated', at: start } : { end: at };
}

/** The index behind the closing quote, or -1. A backslash keeps the next character, in raw strings too. */
function stringEnd(text: string, start: number, quote: string): number {
  const close = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < text.length) {
    if (text[at] === '\\') at += 2;
    else if (text.startsWith(close, at)) return at + close.length;
    else at++;
  }
  return -1;
}
