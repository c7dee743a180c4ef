import type { StateMachine } from '../../../src/compilers/asl/model.ts';
import { Budget } from './execution.ts';
import { walk } from './walk.ts';
import type { End, World } from './world.ts';

/**
 * All the ways in which an execution may end, by evaluating the definition itself: no triggers, no events, no order. There is
 * more than one where members of a Parallel or Map fail in a race. Time is virtual: tasks and waits take theirs at once.
 * Throws TooManyEnds where the ways are too many to follow.
 */
export function interpret(machine: StateMachine, input: unknown, world: World, states = 20_000): End[] {
  const at = world.startedAt;
  const ends = walk(
    machine,
    { input, variables: {}, at },
    {
      world,
      language: machine.QueryLanguage ?? 'JSONPath',
      execution: { name: 'execution', input, startedAt: at },
      budget: new Budget(states),
    },
  );
  const limit = machine.TimeoutSeconds;
  if (limit === undefined) return ends;
  const deadline = at + limit * 1000;
  return ends.map((end) =>
    end.at > deadline
      ? { status: 'TIMED_OUT', error: 'States.Timeout', cause: undefined, at: deadline }
      : end,
  );
}

export { FAILED_ITEM } from './fan-out.ts';
export { type End, type TaskAnswer, TooManyEnds, type World } from './world.ts';
