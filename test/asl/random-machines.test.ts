import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateStateMachine } from '../../src/compilers/asl/validation/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { anyInput, anyWorkflow } from './arbitraries.ts';
import { interpret, TooManyEnds } from './interpreter/index.ts';
import { machineOf } from './render-machine.ts';
import { runInEngine } from './run-in-engine.ts';
import { differenceTo } from './same-end.ts';
import { WORKER_WORLD } from './scripted-worker.ts';

const RUNS = { numRuns: 400, endOnFailure: false };

/** Ends that the interpreter knows; undefined where races between failures make too many. */
function endsOf(machine: ReturnType<typeof machineOf>, input: unknown) {
  try {
    return interpret(machine, input, WORKER_WORLD);
  } catch (error) {
    if (error instanceof TooManyEnds) return undefined;
    throw error;
  }
}

test('random machines are valid', () => {
  fc.assert(
    fc.property(anyWorkflow, (draft) => {
      expect(validateStateMachine(machineOf(draft), { limits: LIMITS })).toEqual([]);
    }),
    RUNS,
  );
});

test('random machines end in the engine as in the interpreter, in whatever order their tasks complete', () => {
  fc.assert(
    fc.property(anyWorkflow, anyInput, fc.array(fc.nat(), { minLength: 1 }), (draft, input, picks) => {
      const machine = machineOf(draft);
      const ends = endsOf(machine, input);
      fc.pre(ends !== undefined);
      let turn = 0;
      const choose = (count: number) => picks[turn++ % picks.length]! % count;
      expect(differenceTo(ends, runInEngine(machine, input, WORKER_WORLD, { choose }))).toBeUndefined();
    }),
    RUNS,
  );
});

test('random machines end the same though the run is loaded anew after each input', () => {
  fc.assert(
    fc.property(anyWorkflow, anyInput, (draft, input) => {
      const machine = machineOf(draft);
      const ends = endsOf(machine, input);
      fc.pre(ends !== undefined);
      expect(differenceTo(ends, runInEngine(machine, input, WORKER_WORLD, { reload: true }))).toBeUndefined();
    }),
    RUNS,
  );
});
