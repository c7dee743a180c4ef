import type { States } from '../../../src/compilers/asl/model.ts';
import { Failure } from '../../../src/model/failure.ts';
import { distinct, type Entry, type Exit, type Surroundings } from './execution.ts';
import { perform } from './perform.ts';
import type { Variables } from './values.ts';
import type { End } from './world.ts';

/** Where a machine, a branch or an item begins. */
export interface Beginning {
  readonly input: unknown;
  readonly variables: Variables;
  readonly at: number;
}

/** Follows the states from `StartAt` until each way has ended. */
export function walk(machine: States, beginning: Beginning, around: Surroundings): End[] {
  const ends: End[] = [];
  const open: Entry[] = [{ name: machine.StartAt, ...beginning }];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    around.budget.spend();
    for (const exit of enter(machine, entry, around)) {
      if (exit.kind === 'failed') ends.push(exit.failure);
      else if (exit.next === undefined) ends.push({ status: 'SUCCEEDED', output: exit.output, at: exit.at });
      else open.push({ name: exit.next, input: exit.output, variables: exit.variables, at: exit.at });
    }
  }
  return distinct(ends);
}

function enter(machine: States, entry: Entry, around: Surroundings): Exit[] {
  const state = machine.States[entry.name]!;
  try {
    return perform(state, entry, around);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ kind: 'failed', failure: failed(error, entry.at) }];
  }
}

export function failed(failure: Failure, at: number) {
  return { status: 'FAILED', error: failure.error, cause: failure.reason, at } as const;
}
