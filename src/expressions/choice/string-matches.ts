/** A pattern of StringMatches, compiled: `*` stands for any characters, `\*` for a star, `\\` for a backslash. */
export function compileWildcards(pattern: string): (text: string) => boolean {
  const [first, ...others] = literalsOf(pattern);
  if (others.length === 0) return (text) => text === first;
  const last = others.pop()!;
  return (text) => matches(text, first!, others, last);
}

/** What stands between the stars. */
function literalsOf(pattern: string): string[] {
  const literals: string[] = [];
  let literal = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const next = pattern[at + 1];
    if (character === '\\' && (next === '*' || next === '\\')) {
      literal += next;
      at++;
    } else if (character === '*') {
      literals.push(literal);
      literal = '';
    } else {
      literal += character;
    }
  }
  return [...literals, literal];
}

/** Each literal is taken where it is first found: no other choice could match more. */
function matches(text: string, first: string, others: readonly string[], last: string): boolean {
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return at <= end;
}
