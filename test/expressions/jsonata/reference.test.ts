import { describe, expect, it } from 'vitest';
import { SHOP } from './data.ts';
import { EXPRESSIONS } from './expressions.ts';
import { ours, theirs } from './reference.ts';

/** Where we answer otherwise on purpose, with what. */
const DIFFERENT: Readonly<Record<string, unknown>> = {
  // A search in linear time looks in no direction but forward.
  '$contains("abc", /b(?=c)/)': { error: expect.stringContaining('INVALID_EXPRESSION') },
  // Objects have the members that are theirs, and no others.
  '{"constructor2": 1}.constructor': { nothing: true },
  'people.constructor': { nothing: true },
  'people.toString': { nothing: true },
  '$lookup(people, "hasOwnProperty")': { nothing: true },
};

describe.each(Object.entries(EXPRESSIONS))('%s as the package evaluates them', (_, expressions) => {
  it.each(expressions)('%s', async (text) => {
    const mine = ours(text, SHOP);
    if (text in DIFFERENT) {
      expect(mine).toEqual(DIFFERENT[text]);
      return;
    }
    const reference = await theirs(text, SHOP);
    if ('crash' in reference) expect(mine).not.toHaveProperty('limit');
    else if ('error' in reference && /^S\d/.test(reference.error)) {
      expect(mine).toEqual({ error: expect.stringContaining(reference.error.slice(7)) });
    } else expect(mine).toEqual(reference);
  });
});
