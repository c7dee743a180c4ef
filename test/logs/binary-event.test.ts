import { describe, expect, test } from 'vitest';
import { structuredText } from '../../src/logs/binary-event.ts';
import { partitionOfText } from '../../src/logs/relay-routing.ts';
import { parseEvent } from '../../src/model/cloud-event-codec.ts';
import { partitionOf } from '../../src/model/partition.ts';

const core = { specversion: '1.0', id: '1', source: '/test', type: 'com.example.done' };
const convert = (type: string | undefined, data: string | Uint8Array, extra: Record<string, string> = {}) =>
  structuredText(new Map(Object.entries({ ...core, ...extra })), type, Buffer.from(data));

describe('an event in binary mode becomes JSON text', () => {
  const cases: readonly [string, string | undefined, string | Uint8Array, object][] = [
    [
      'JSON as it is',
      'application/json',
      '{"a":[1]}',
      { data: { a: [1] }, datacontenttype: 'application/json' },
    ],
    ['JSON of a suffix type', 'application/x+json; charset=UTF-8', '"ü"', { data: 'ü' }],
    ['data without a type that is JSON', undefined, '{"a":1}', { data: { a: 1 } }],
    ['data without a type that is none', undefined, 'a', { data_base64: 'YQ==' }],
    ['text', 'text/plain', '1', { data: '1' }],
    ['bytes', 'application/octet-stream', new Uint8Array([0, 255]), { data_base64: 'AP8=' }],
    ['text in another charset, byte by byte', 'text/plain; charset=latin1', 'a', { data_base64: 'YQ==' }],
    [
      'data that is not what its type says',
      'application/json',
      '1,"workflow":"x"',
      { data_base64: 'MSwid29ya2Zsb3ciOiJ4Ig==' },
    ],
    ['bytes that are no UTF-8', 'application/json', new Uint8Array([0xff]), { data_base64: '/w==' }],
  ];
  test.each(cases)('%s', (_name, type, data, expected) => {
    const event = parseEvent(convert(type, data)!);
    expect(event).toMatchObject({ ...core, ...expected });
    expect(event.workflow).toBeUndefined();
  });

  test('no digit of a number is lost', () => {
    expect(convert('application/json', '12345678901234567890')).toContain('"data":12345678901234567890');
  });
  test('without data there is none', () => {
    expect(parseEvent(convert(undefined, '')!)).toEqual(core);
  });
  test('data stands in the body alone', () => {
    expect(parseEvent(convert(undefined, '', { data: 'x', data_base64: 'x' })!)).toEqual(core);
  });
  test('what lacks an attribute that every event has is none', () => {
    expect(structuredText(new Map([['id', '1']]), undefined, Buffer.from('x'))).toBeUndefined();
  });
});

describe('the partition of a text from an ingress', () => {
  test('is that of its run', () => {
    expect(partitionOfText('{"workflow":"parts","run":"r1"}', 16)).toBe(partitionOf('parts/r1', 16));
  });
  test('is the same for repeats that name no run, whatever else they say', () => {
    const one = partitionOfText('{"source":"/a","id":"1","data":1}', 16);
    expect(partitionOfText('{"id":"1","workflow":"parts","source":"/a"}', 16)).toBe(one);
  });
  test.each(['', 'null', '[1]', '"text"', '{', '{"workflow":1,"run":{}}', '['.repeat(100_000)])(
    'is there for %j',
    (text) => {
      const partition = partitionOfText(text, 16);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(16);
      expect(partitionOfText(text, 16)).toBe(partition);
    },
  );
});
