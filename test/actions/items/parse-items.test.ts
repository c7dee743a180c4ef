import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../../src/actions/items/csv.ts';
import { parseItems } from '../../../src/actions/items/parse-items.ts';
import { readerConfig } from '../../../src/actions/items/reader-config.ts';
import { resultTexts, transformedResults } from '../../../src/actions/items/results.ts';
import { Failure } from '../../../src/model/failure.ts';
import { LIMITS } from '../../../src/model/limits.ts';

const items = (text: string, given: Record<string, unknown>) => {
  const config = readerConfig(given);
  return parseItems(text, config, config.maxItems, LIMITS);
};
const reason = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return `${error.error}: ${error.reason}`;
    throw error;
  }
  return undefined;
};

describe('CSV', () => {
  const FIRST = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };

  it('takes its headers from the first row; what is missing is empty, what is beyond them is left out', () => {
    expect(items("H1,\nValue4,Value5,Value6\n,,,\ntrue,1,'Hello'\nNull,None,\n   \n", FIRST)).toEqual([
      { H1: 'Value4', '': 'Value5' },
      { H1: '', '': '' },
      { H1: 'true', '': '1' },
      { H1: 'Null', '': 'None' },
      { H1: '   ', '': '' },
    ]);
  });

  it('takes headers that are given', () => {
    const given = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'] };
    expect(items('1,2,3\r\n4', given)).toEqual([
      { a: '1', b: '2' },
      { a: '4', b: '' },
    ]);
  });

  it.each([
    ['COMMA', ','],
    ['PIPE', '|'],
    ['SEMICOLON', ';'],
    ['SPACE', ' '],
    ['TAB', '\t'],
  ])('is split at the delimiter %s', (CSVDelimiter, delimiter) => {
    expect(items(`a${delimiter}b\n1${delimiter}2`, { ...FIRST, CSVDelimiter })).toEqual([{ a: '1', b: '2' }]);
  });

  it('may quote anything', () => {
    expect(items('\uFEFFa,b\n"x,y","line\n""two"""\n\n"open', FIRST)).toEqual([
      { a: 'x,y', b: 'line\n"two"' },
      { a: 'open', b: '' },
    ]);
  });

  it('gives back what was quoted', () => {
    const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 5 })), (rows) => {
        const text = rows.map((row) => row.map(quoted).join(';')).join('\r\n');
        expect([...csvRows(text, ';')]).toEqual(rows);
      }),
    );
  });

  it.each([
    [0, 2],
    [1, 1],
    [2, 2],
    [100_000_000, 2],
  ])('with MaxItems %d gives %d of two items', (MaxItems, count) => {
    expect(items('a\n1\n2\n', { ...FIRST, MaxItems })).toHaveLength(count);
  });

  it.each([
    ['given', { ...FIRST, CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b', 'a'] }, 'a'],
    ['in the first row', FIRST, 'x'],
  ])('has no column twice: %s', (_, config, name) => {
    expect(reason(() => items('x,y,x\n1,2,3', config))).toBe(
      `States.ItemReaderFailed: the CSV has two columns of the name "${name}"`,
    );
  });

  it('fails where it cannot be read', () => {
    expect(reason(() => items(`${'h'.repeat(10_241)}\n1`, FIRST))).toMatch(
      /^States.ItemReaderFailed: the header/,
    );
    expect(reason(() => items('a', { ...FIRST, CSVDelimiter: 'COLON' }))).toContain('"COLON"');
    expect(reason(() => items('a', { ...FIRST, MaxItems: -1 }))).toBe(
      'States.ItemReaderFailed: field MaxItems must be positive',
    );
  });
});

describe('JSON', () => {
  it('is a list, or has one where the pointer leads', () => {
    expect(items('[1,{"a":2}]', { InputType: 'JSON' })).toEqual([1, { a: 2 }]);
    const pointed = { InputType: 'JSON', ItemsPointer: '/a~1b/0' };
    expect(items('{"a/b":[[1,2,3]]}', { ...pointed, MaxItems: 2 })).toEqual([1, 2]);
    expect(reason(() => items('{"a":1}', pointed))).toContain('leads to nothing');
    expect(reason(() => items('[1]', { ...pointed, ItemsPointer: 'a' }))).toContain(
      'does not begin with "/"',
    );
    expect(items('[1]', { ...pointed, ItemsPointer: '' })).toEqual([1]);
  });

  it.each(['JSON', 'JSONL'])('may begin with a byte order mark: %s', (InputType) => {
    expect(items('\uFEFF[1]', { InputType })).toEqual(InputType === 'JSON' ? [1] : [[1]]);
  });

  it.each(['{"Hello":"world"}', '1', '"text"', 'null'])('%s is no list', (text) => {
    expect(reason(() => items(text, { InputType: 'JSON' }))).toBe(
      'States.ItemReaderFailed: Attempting to map over non-iterable node.',
    );
  });

  it('that is none fails', () => {
    expect(reason(() => items('[1', { InputType: 'JSON' }))).toMatch(
      /^States.ItemReaderFailed: the JSON file cannot be read/,
    );
  });
});

describe('JSON Lines', () => {
  it('gives a value per line', () => {
    expect(items('{"a":1}\r\n\n[2]\n"x"', { InputType: 'JSONL' })).toEqual([{ a: 1 }, [2], 'x']);
  });

  it('names the line that cannot be read', () => {
    expect(reason(() => items('1\n{', { InputType: 'JSONL' }))).toContain('line 2');
  });

  it('beyond MaxItems is not read', () => {
    expect(items('1\n{', { InputType: 'JSONL', MaxItems: 1 })).toEqual([1]);
  });
});

it('other types of input are named as such', () => {
  expect(reason(() => items('', { InputType: 'PARQUET' }))).toContain('"PARQUET" is not supported');
});

describe('results', () => {
  it.each([
    ['JSON', ['[1,22]', '["abc"]', '[3]']],
    ['JSONL', ['1\n22\n', '"abc"\n', '3\n']],
  ] as const)('are split into files where they are large: %s', (type, texts) => {
    expect([...resultTexts([1, 22, 'abc', 3], type, 4)]).toEqual(texts);
    expect([...resultTexts([], type)]).toEqual([]);
  });

  const good = (Output: string) => ({ Status: 'SUCCEEDED' as const, Name: 'n', Output });
  const bad = { Status: 'FAILED' as const, Name: 'n', Error: 'E' };

  it('are left, made compact or flattened; failures stay as they are', () => {
    const results = [good('[1,2]'), bad, good('{"a":3}')];
    expect(transformedResults(results, 'NONE')).toEqual(results);
    expect(transformedResults(results, 'COMPACT')).toEqual([[1, 2], bad, { a: 3 }]);
    expect(transformedResults(results, 'FLATTEN')).toEqual([1, 2, bad, { a: 3 }]);
  });
});
