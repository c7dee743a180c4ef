import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareInstants, parseInstant } from '../../src/expressions/instant.ts';

describe('a timestamp', () => {
  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z', 0],
    ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z', 0],
    ['2026-03-01T12:00:00.5Z', '2026-03-01T12:00:00.500Z', 0],
    ['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00.123Z', 456_789],
    ['2026-03-01T12:00:00+01:30', '2026-03-01T10:30:00.000Z', 0],
    ['2026-03-01T23:00:00-02:00', '2026-03-02T01:00:00.000Z', 0],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 0],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', 0],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z', 0],
  ])('%s', (text, instant, nanoseconds) => {
    expect(parseInstant(text)).toEqual({ ms: Date.parse(instant), nanoseconds });
  });

  it.each([
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-03-01 12:00:00Z',
    '2026-03-01t12:00:00Z',
    '2026-03-01T12:00:00z',
    '2026-3-1T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-03-00T12:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:60:00Z',
    '2026-03-01T12:00:60Z',
    '2026-03-01T12:00:00.Z',
    '2026-03-01T12:00:00.1234567890Z',
    '2026-03-01T12:00:00+0100',
    '2026-03-01T12:00:00+19:00',
    '2026-03-01T12:00:00Zx',
    '2026-03-01T12:00:0xZ',
    '05-12-2016T21:29:29Z',
    '',
    'x'.repeat(100_000),
  ])('is not %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('is not another kind of value', () => {
    expect([null, 1, {}, [], true].map(parseInstant)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads what a date writes', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toEqual({ ms: date.getTime(), nanoseconds: 0 });
      }),
    );
  });

  it('is ordered to the nanosecond', () => {
    const of = (text: string) => parseInstant(text)!;
    const later = of('2026-03-01T12:00:00.000000002Z');
    expect(compareInstants(of('2026-03-01T12:00:00.000000001Z'), later)).toBeLessThan(0);
    expect(compareInstants(of('2026-03-01T13:00:00.000000002+01:00'), later)).toBe(0);
  });
});
