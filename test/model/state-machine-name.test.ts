import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAME_PATTERN, RUN_ID_PATTERN } from '../../src/model/run.ts';
import {
  executionOfRun,
  runOfExecution,
  stateMachineOfWorkflow,
  workflowOfStateMachine,
} from '../../src/model/state-machine-name.ts';

const dense = fc.string({
  unit: fc.constantFrom('.', 'x', '2', 'e', 'b', '_', '-', 'é', "'"),
  maxLength: 20,
});
const serviceName = fc
  .oneof(dense, fc.string({ unit: 'binary', maxLength: 10 }))
  .filter((name) => name !== '');

describe('names of state machines and executions', () => {
  it('are the workflow name where it may be', () => {
    expect(workflowOfStateMachine('Order-saga_2')).toBe('Order-saga_2');
    expect(workflowOfStateMachine('a.b')).toBe('a.b');
    expect(workflowOfStateMachine("it's")).toBe('it.x27s');
    expect(workflowOfStateMachine('-é')).toBe('_.-.xe9');
    expect(runOfExecution('2024-01-01T00:00:00+01')).toBe('2024-01-01T00:00:00+01');
  });

  it('lead back to the name they come from, and are names that Tidegate takes', () => {
    fc.assert(
      fc.property(serviceName, (name) => {
        expect(stateMachineOfWorkflow(workflowOfStateMachine(name))).toBe(name);
        expect(workflowOfStateMachine(name)).toMatch(new RegExp(NAME_PATTERN));
        expect(executionOfRun(runOfExecution(name))).toBe(name);
        expect(runOfExecution(name)).toMatch(new RegExp(RUN_ID_PATTERN));
      }),
    );
  });

  it('exist for every workflow, one each', () => {
    const name = fc.oneof(
      dense.filter((text) => new RegExp(NAME_PATTERN).test(text)),
      fc.stringMatching(new RegExp(NAME_PATTERN)),
    );
    fc.assert(
      fc.property(name, (workflow) => {
        const machine = stateMachineOfWorkflow(workflow);
        expect(workflowOfStateMachine(machine)).toBe(workflow);
      }),
    );
  });

  it('that are too long once escaped are refused', () => {
    expect(() => workflowOfStateMachine('é'.repeat(80))).toThrow(/needs 322 characters/);
    expect(workflowOfStateMachine('流'.repeat(21))).toHaveLength(128);
  });
});
