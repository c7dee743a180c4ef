import { TidegateError } from '../../model/errors.ts';
import { parseJson } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { csvRows, underHeaders } from './csv.ts';
import { failed, type ReaderConfig } from './reader-config.ts';

/** Bytes that the headers of a CSV file may have. */
const LARGEST_HEADER = 10_240;

/**
 * The items in the text of one object, at most `room` of them; a byte order mark is passed over. Throws a Failure
 * States.ItemReaderFailed.
 */
export function parseItems(whole: string, config: ReaderConfig, room: number, limits: Limits): unknown[] {
  const text = whole.startsWith('\uFEFF') ? whole.slice(1) : whole;
  switch (config.inputType) {
    case 'CSV':
      return taken(csvItems(text, config), room);
    case 'JSONL':
      return taken(lineItems(text, limits), room);
    default:
      return jsonItems(text, config, limits).slice(0, Math.min(room, Number.MAX_SAFE_INTEGER));
  }
}

function taken(items: Iterable<unknown>, room: number): unknown[] {
  const found: unknown[] = [];
  if (room <= 0) return found;
  for (const item of items) if (found.push(item) >= room) break;
  return found;
}

function* csvItems(text: string, { headers, delimiter }: ReaderConfig): Generator<Record<string, string>> {
  let names = headers;
  if (names !== undefined) requireDistinct(names);
  for (const row of csvRows(text, delimiter)) {
    if (names !== undefined) {
      yield underHeaders(row, names);
      continue;
    }
    names = row;
    if (Buffer.byteLength(names.join(delimiter)) > LARGEST_HEADER)
      throw failed(`the header of the CSV file has more than ${LARGEST_HEADER} bytes`);
    requireDistinct(names);
  }
}

/** Of two columns with one name, an item could have only one. */
function requireDistinct(headers: readonly string[]): void {
  const twice = headers.find((header, at) => headers.indexOf(header) < at);
  if (twice !== undefined) throw failed(`the CSV has two columns of the name ${JSON.stringify(twice)}`);
}

function* lineItems(text: string, limits: Limits): Generator<unknown> {
  let line = 0;
  for (const each of text.split('\n')) {
    line++;
    if (each.trim() !== '') yield json(each, `line ${line} of the JSON Lines file`, limits);
  }
}

function jsonItems(text: string, { itemsPointer }: ReaderConfig, limits: Limits): unknown[] {
  const whole = json(text, 'the JSON file', limits);
  const found = itemsPointer === undefined ? whole : pointed(whole, itemsPointer);
  if (!Array.isArray(found)) throw failed('Attempting to map over non-iterable node.');
  return found;
}

function json(text: string, what: string, limits: Limits): unknown {
  try {
    return parseJson(text, limits);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw failed(`${what} cannot be read: ${error.message}`);
  }
}

function pointed(whole: unknown, pointer: string): unknown {
  if (pointer !== '' && !pointer.startsWith('/'))
    throw failed(`the ItemsPointer ${JSON.stringify(pointer)} does not begin with "/"`);
  let value = whole;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    if (!inside) throw failed(`the ItemsPointer ${pointer} leads to nothing in the JSON file`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
