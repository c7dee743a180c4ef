import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requirePayload } from '../../src/expressions/query/payload.ts';
import { Failure } from '../../src/model/failure.ts';
import { LIMITS } from '../../src/model/limits.ts';

const fitsInto = (value: unknown, payloadBytes: number): boolean => {
  try {
    requirePayload(value, 'S', { ...LIMITS, payloadBytes });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return false;
  }
};

it('a payload has the bytes of its JSON, whatever it holds', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const bytes = Buffer.byteLength(JSON.stringify(value));
      expect([fitsInto(value, bytes), fitsInto(value, bytes - 1)]).toEqual([true, false]);
    }),
  );
});
