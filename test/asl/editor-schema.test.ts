import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { validate } from '../../src/model/schema.ts';

const recorded = new URL('./corpus/recorded/validation.json', import.meta.url);
const accepted: readonly { readonly id: string; readonly definition_text: string }[] = JSON.parse(
  readFileSync(recorded, 'utf8'),
).filter(({ expect_valid }: { readonly expect_valid: boolean }) => expect_valid);

it.each(accepted)(
  'the editor underlines nothing in a machine that the service takes: $id',
  ({ definition_text }) => {
    expect(validate('asl', JSON.parse(definition_text))).toEqual([]);
  },
);

it('the editor knows the fields of a state by its type', () => {
  expect(
    validate('asl', { StartAt: 'A', States: { A: { Type: 'Wait', Secnds: 1, End: true } } }),
  ).toMatchObject([{ code: 'UNKNOWN_FIELD', suggestion: 'Seconds', pointer: '/States/A/Secnds' }]);
});
