/** The pairs of a query: a list repeats its name. */
export function queryOf(parameters: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, textOf(each)]),
  );
}

type ArrayFormat = 'INDICES' | 'REPEAT' | 'COMMAS' | 'BRACKETS' | 'NONE';

/** `application/x-www-form-urlencoded`; members of objects as `a[b]`, of lists as `format` says (default INDICES). */
export function formOf(body: unknown, format: unknown = 'INDICES'): string {
  const pairs = typeof body === 'object' && body !== null ? pairsOf('', body, format as ArrayFormat) : [];
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

function pairsOf(prefix: string, value: object, format: ArrayFormat): [string, string][] {
  if (Array.isArray(value) && prefix !== '' && format === 'COMMAS')
    return [[prefix, value.map(textOf).join(',')]];
  return Object.entries(value).flatMap(([key, member]) => {
    const name = Array.isArray(value)
      ? listName(prefix, key, format)
      : prefix === ''
        ? key
        : `${prefix}[${key}]`;
    return typeof member === 'object' && member !== null
      ? pairsOf(name, member, format)
      : [[name, textOf(member)] as [string, string]];
  });
}

function listName(prefix: string, index: string, format: ArrayFormat): string {
  if (prefix === '') return index;
  if (format === 'REPEAT' || format === 'NONE') return prefix;
  return format === 'BRACKETS' ? `${prefix}[]` : `${prefix}[${index}]`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
