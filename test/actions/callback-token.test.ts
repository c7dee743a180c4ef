import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCallback, verifyCallback } from '../../src/actions/index.ts';

const KEY = 'a key of this test';
const claim = { run: 'orders/run-1', effect: 'orders/run-1:items[3]:bill:1.0:2' };
const token = signCallback(KEY, claim);

describe('a callback token', () => {
  it('tells which effect of which run it completes', () => {
    expect(verifyCallback(KEY, token)).toEqual(claim);
    expect(token).toMatch(/^[\w-]+\.[\w-]{43}$/);
  });

  it('holds any run and effect', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (run, effect) => {
        expect(verifyCallback(KEY, signCallback(KEY, { run, effect }))).toEqual({ run, effect });
      }),
    );
  });

  it('serves the longest effect id there can be', () => {
    const name = 'n'.repeat(128);
    const run = `${name}/${name}`;
    const scope = Array.from({ length: 8 }, () => `${name}[99999]`).join('/');
    const effect = `${run}:${scope}:${name}.succeeded:9007199254740991.10000:100`;
    expect(verifyCallback(KEY, signCallback(KEY, { run, effect }))).toEqual({ run, effect });
  });

  it('is invalid with any one character changed, added or left out', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'B', '.', '=', ' ', '-', ''),
        (at, character) => {
          for (const forged of [
            token.slice(0, at) + character + token.slice(at + 1),
            token.slice(0, at) + character + token.slice(at),
          ]) {
            if (forged !== token) expect(() => verifyCallback(KEY, forged)).toThrow('not issued');
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['a full stop', '.'],
    ['no signature', `${token.split('.')[0]}.`],
    ['no claim', `.${token.split('.')[1]}`],
    ['another key', signCallback('another key', claim)],
    ['another claim', `${signCallback(KEY, { ...claim, effect: 'x' }).split('.')[0]}.${token.split('.')[1]}`],
    ['what is far too long', signCallback(KEY, { run: 'x'.repeat(10_000), effect: 'x' })],
    ['characters beyond ASCII', `${token.slice(0, -1)}é`],
    [
      'what was signed for something else',
      `YQ.${createHmac('sha256', KEY).update('YQ').digest('base64url')}`,
    ],
  ])('is invalid when it is %s', (_name, forged) => {
    expect(() => verifyCallback(KEY, forged)).toThrow(expect.objectContaining({ code: 'INVALID_TOKEN' }));
  });
});
