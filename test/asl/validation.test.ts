import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type MachineType,
  serviceDiagnostics,
  serviceStateDiagnostics,
  validateStateMachine,
  variableReferences,
} from '../../src/compilers/asl/validation/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { VALIDATION_EXCEPTIONS } from './validation-exceptions.ts';

interface ValidationCase {
  readonly id: string;
  readonly definition_text: string;
  readonly type?: MachineType;
  readonly expect_valid: boolean;
  readonly message?: string;
  readonly diagnostics?: readonly Readonly<Record<string, unknown>>[];
}

interface ReferencesCase {
  readonly id: string;
  readonly definition: unknown;
  readonly expect_variable_references: unknown;
}

interface StateCase {
  readonly id: string;
  readonly state_definition: unknown;
  readonly expect: { readonly api_error?: { readonly code: string; readonly message: string } };
}

const CORPUS = new URL('./corpus/', import.meta.url);
const read = <T>(file: string): readonly T[] => JSON.parse(readFileSync(new URL(file, CORPUS), 'utf8'));
const limits = LIMITS;

function errorsOf({ definition_text: text, type = 'STANDARD' }: ValidationCase): readonly string[] {
  const { definition, message } = serviceDiagnostics(text, { limits, type });
  if (definition === undefined) return [message!];
  return validateStateMachine(definition, { limits, type })
    .filter(({ severity }) => severity === 'error')
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('machines that the service judged', () => {
  const cases = read<ValidationCase>('recorded/validation.json');

  it.each(cases)('$id', (each) => {
    const errors = errorsOf(each);
    if (each.expect_valid) expect(errors).toEqual([]);
    else expect(errors).not.toEqual([]);
  });

  it.each(cases.filter(({ message }) => message !== undefined))('are refused in its words: $id', (each) => {
    const { result, message } = serviceDiagnostics(each.definition_text, { limits, type: each.type! });
    expect({ result, message }).toEqual({ result: 'FAIL', message: each.message });
  });

  it.each(cases.filter(({ diagnostics }) => diagnostics !== undefined))(
    'get its diagnostics: $id',
    ({ definition_text: text, type, expect_valid: valid, diagnostics }) => {
      const answer = serviceDiagnostics(text, { limits, type: type! });
      expect(answer.result).toBe(valid ? 'OK' : 'FAIL');
      expect(answer.diagnostics).toEqual(diagnostics);
    },
  );

  it.each(read<StateCase>('recorded/test_state.json'))(
    'one state: $id',
    ({ state_definition, expect: { api_error } }) => {
      const { message } = serviceStateDiagnostics(JSON.stringify(state_definition), { limits });
      expect(message).toBe(
        api_error?.message.startsWith('Invalid State Machine Definition') ? api_error.message : undefined,
      );
    },
  );

  it.each(read<ReferencesCase>('recorded/variable_references.json'))(
    'read the variables it names: $id',
    ({ definition, expect_variable_references: expected }) => {
      expect(variableReferences(definition, { limits })).toEqual(expected);
    },
  );
});

describe('machines that other validators judged', () => {
  const cases = read<ValidationCase>('community/validation.json');

  it.each(cases.filter(({ id }) => !(id in VALIDATION_EXCEPTIONS)))('$id', (each) => {
    const errors = errorsOf(each);
    if (each.expect_valid) expect(errors).toEqual([]);
    else expect(errors).not.toEqual([]);
  });

  it.each(cases.filter(({ id }) => id in VALIDATION_EXCEPTIONS))('$id, where we differ', (each) => {
    expect(errorsOf(each).length === 0).toBe(!each.expect_valid);
  });
});
