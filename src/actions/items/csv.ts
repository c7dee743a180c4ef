const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** The character that a CSVDelimiter stands for (default: a comma); undefined for a name there is not. */
export function delimiterOf(name: unknown): string | undefined {
  return name === undefined || name === null ? ',' : DELIMITERS[String(name)];
}

/**
 * The rows of a text, by RFC 4180: fields in quotes may hold the delimiter, line breaks and doubled quotes. Lines without a
 * character are passed over, and so is a byte order mark.
 */
export function* csvRows(text: string, delimiter: string): Generator<string[]> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let row: string[] = [];
  while (at < text.length) {
    const { field, end } = fieldAt(text, at, delimiter);
    row.push(field);
    if (text[end] === delimiter) {
      at = end + 1;
      if (at === text.length) row.push('');
      else continue;
    } else at = afterLineBreak(text, end);
    if (row.length > 1 || row[0] !== '') yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

function fieldAt(text: string, start: number, delimiter: string): { field: string; end: number } {
  if (text[start] !== '"') {
    const end = endOfField(text, start, delimiter);
    return { field: text.slice(start, end), end };
  }
  let field = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    // A quote that nobody closes holds the rest.
    if (quote < 0) return { field: field + text.slice(from), end: text.length };
    field += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const end = endOfField(text, quote + 1, delimiter);
      return { field: field + text.slice(quote + 1, end), end };
    }
    field += '"';
    from = quote + 2;
  }
}

function endOfField(text: string, start: number, delimiter: string): number {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

function afterLineBreak(text: string, end: number): number {
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
}

/** A row under its headers: what is missing is empty, what is beyond them is left out. */
export function underHeaders(row: readonly string[], headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(headers.map((header, at) => [header, row[at] ?? '']));
}
