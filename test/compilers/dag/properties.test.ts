import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDag, readDefinition } from '../../../src/compilers/dag/index.ts';
import { TaskStateObserver, taskStates } from '../../../src/compilers/dag/states.ts';
import { compileWorkflow, type HistoryEntry } from '../../../src/engine/index.ts';
import { LIMITS, type Limits } from '../../../src/model/limits.ts';
import { type DriveOptions, Driver, START } from '../../engine/drive.ts';
import { anyDag, behaviourOfDag, dagOf } from '../../reference/any-dag.ts';
import { interpret, type PlainTask } from '../../reference/dag-interpreter.ts';

const choices = fc.infiniteStream(fc.nat({ max: 1_000_000 }));

function play(tasks: readonly PlainTask[], options: DriveOptions, limits: Partial<Limits> = {}) {
  const definition = dagOf(tasks);
  const all = { ...LIMITS, ...limits };
  const { triggers, diagnostics } = compileDag(definition, { limits: all });
  expect(diagnostics).toEqual([]);
  const workflow = compileWorkflow('w', 1, triggers!, all);
  const driver = new Driver(workflow, { behaviour: behaviourOfDag(tasks), ...options });
  driver.start().finish();
  driver.save();
  const dag = readDefinition(definition, all)!;
  const observer = new TaskStateObserver(dag);
  for (const event of driver.events) observer.observe(event);
  return { driver, dag, workflow, states: observer.states(driver.run) };
}

const sorted = (states: Iterable<readonly [string, string]>) =>
  Object.fromEntries([...states].toSorted(([a], [b]) => (a < b ? -1 : 1)));

describe('a DAG run', () => {
  it('P3, P8: ends as the reference interpreter says, in any order of completions', () => {
    fc.assert(
      fc.property(anyDag, choices, (tasks, stream) => {
        const { driver, states } = play(tasks, { choose: (count) => stream.next().value! % count });
        const reference = interpret(tasks);
        expect(sorted(states)).toEqual(sorted(reference.states));
        expect(driver.run.status).toBe(reference.failed ? 'FAILED' : 'SUCCEEDED');
        expect(driver.out.deadLetters).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('P8: stored and loaded again after every input, it ends the same and asks for the same effects', () => {
    fc.assert(
      fc.property(anyDag, fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }), (tasks, picks) => {
        const chooser = () => {
          let at = 0;
          return (count: number) => picks[at++ % picks.length]! % count;
        };
        const plain = play(tasks, { choose: chooser() });
        const stored = play(tasks, { choose: chooser(), between: (driver) => driver.reload() });
        expect(stored.driver.result).toEqual(plain.driver.result);
        expect(sorted(stored.states)).toEqual(sorted(plain.states));
        expect(stored.driver.effects.map(({ id }) => id).toSorted()).toEqual(
          plain.driver.effects.map(({ id }) => id).toSorted(),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('P8: a small step budget changes when work is done, not what comes of it', () => {
    fc.assert(
      fc.property(
        anyDag,
        choices,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (tasks, stream, stepEvents, reload) => {
          const { states, driver } = play(
            tasks,
            {
              choose: (count) => stream.next().value! % count,
              ...(reload && { between: (each: Driver) => each.reload() }),
            },
            { stepEvents },
          );
          const reference = interpret(tasks);
          expect(sorted(states)).toEqual(sorted(reference.states));
          expect(driver.run.status).toBe(reference.failed ? 'FAILED' : 'SUCCEEDED');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('P8: the states of its tasks come out of its history again', () => {
    fc.assert(
      fc.property(anyDag, choices, (tasks, stream) => {
        const { dag, workflow, driver, states } = play(tasks, {
          choose: (count) => stream.next().value! % count,
        });
        const history = driver.history.map((entry) => JSON.parse(entry) as HistoryEntry);
        const replayed = taskStates(dag, workflow, { key: 'w/r', input: null, startedAt: START }, history);
        expect(sorted(replayed)).toEqual(sorted(states));
      }),
      { numRuns: 200 },
    );
  });

  it('P6: leaves nothing behind: no effect, timer, scope or open work once it has ended', () => {
    fc.assert(
      fc.property(anyDag, (tasks) => {
        const { driver } = play(tasks, { between: (each) => each.save() });
        expect([driver.pending.length, driver.run.timers?.size ?? 0, driver.run.scopes?.size ?? 0]).toEqual([
          0, 0, 0,
        ]);
      }),
      { numRuns: 200 },
    );
  });
});
