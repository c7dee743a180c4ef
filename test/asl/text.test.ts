import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../src/compilers/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

describe('the text of a state machine', () => {
  it('may not name two states alike, though readers of JSON keep the last', () => {
    const text =
      '{ "StartAt": "A",\n  "States": { "A": { "Type": "Pass", "End": true },\n    "A": { "Type": "Succeed" } } }';
    const { triggers, diagnostics } = compileDefinition('asl', text, { limits: LIMITS });
    expect(triggers).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'ASL_DUPLICATE_STATE', pointer: '/States/A' }]);
  });

  it('may be YAML, and its faults have lines', () => {
    const text = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n';
    const { diagnostics } = compileDefinition('asl', text, { limits: LIMITS });
    expect(diagnostics.find(({ severity }) => severity === 'error')).toMatchObject({ line: 5 });
  });
});
