import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  serviceDiagnostics,
  validateStateMachine,
  variableReferences,
} from '../../src/compilers/asl/validation/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

const limits = LIMITS;
const recorded = new URL('./corpus/recorded/validation.json', import.meta.url);
const texts: readonly string[] = JSON.parse(readFileSync(recorded, 'utf8'))
  .filter(({ expect_valid }: { readonly expect_valid: boolean }) => expect_valid)
  .map(({ definition_text }: { readonly definition_text: string }) => definition_text);

const names = [
  'Type',
  'States',
  'StartAt',
  'Next',
  'Resource',
  'Choices',
  'Branches',
  'Iterator',
  'Retry',
  'Catch',
  'Output',
  'Assign',
  'a.$',
];
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, 0, -1, 1.5, '', 'Pass', 'Map', '$.a', '$$', '{% $a %}', 'States.ALL'),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
  ),
}));

/** A machine with the value at some place replaced, or the place gone. */
const damaged = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.option(json)).map(([text, at, value]) => {
  const machine = JSON.parse(text);
  const places: [Record<string, unknown>, string][] = [];
  const visit = (each: unknown) => {
    if (typeof each !== 'object' || each === null) return;
    for (const [key, inner] of Object.entries(each)) {
      places.push([each as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(machine);
  const [object, key] = places[at % places.length]!;
  if (value === null) delete object[key];
  else object[key] = value;
  return machine as unknown;
});

function judge(definition: unknown) {
  const errors = validateStateMachine(definition, { limits }).filter(({ severity }) => severity === 'error');
  const { result } = serviceDiagnostics(JSON.stringify(definition), { limits });
  return { errors, result };
}

describe('whatever the definition', () => {
  it('nothing is thrown, and what has an error the service refuses too', () => {
    fc.assert(
      fc.property(fc.oneof(json, damaged), (definition) => {
        const { errors, result } = judge(definition);
        variableReferences(definition, { limits });
        if (errors.length > 0) expect(result).toBe('FAIL');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a text that is cut off is refused, and the place told', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, at) => {
        const whole = text.trimEnd();
        const { result, diagnostics } = serviceDiagnostics(whole.slice(0, at % whole.length), { limits });
        expect(result).toBe('FAIL');
        expect(diagnostics).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
