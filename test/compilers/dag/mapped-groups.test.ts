import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileDag, readDefinition } from '../../../src/compilers/dag/index.ts';
import { TaskStateObserver } from '../../../src/compilers/dag/states.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { Driver } from '../../engine/drive.ts';
import { anyDag, behaviourOfDag, dagOf } from '../../reference/any-dag.ts';
import { type Act, interpret, type PlainTask } from '../../reference/dag-interpreter.ts';

const ACTS: readonly Act[] = ['succeed', 'fail', 'skip'];
/** The tasks as one index has them: none mapped, each acting a little differently from index to index. */
const at = (tasks: readonly PlainTask[], index: number): PlainTask[] =>
  tasks.map((task, place) => ({ ...task, acts: (place + index) % 4 === 0 ? ACTS[index % 3]! : 'succeed' }));

it('P3, P8: in a mapped group each index ends as if it were a DAG of its own, stored and loaded at any moment', () => {
  fc.assert(
    fc.property(
      anyDag,
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      (tasks, width, concurrency, stream, reload) => {
        const indices = Array.from({ length: width }, (_, index) => index);
        const { tasks: inner } = dagOf(at(tasks, 0)) as { tasks: object };
        const group = { forEach: indices, ...(concurrency > 0 && { concurrency }), tasks: inner };
        const definition = { tasks: { after: { needs: 'g', rule: 'all_done' } }, groups: { g: group } };
        const { triggers, diagnostics } = compileDag(definition, { limits: LIMITS });
        expect(diagnostics).toEqual([]);
        const behaviours = indices.map((index) => behaviourOfDag(at(tasks, index)));
        const driver = new Driver(triggers!, {
          behaviour: (effect) => behaviours[Number(/\[(\d+)\]/.exec(effect.scope)![1])]!(effect),
          choose: (count) => stream.next().value! % count,
          ...(reload && { between: (each: Driver) => each.reload() }),
        });
        driver.start().finish();
        const observer = new TaskStateObserver(readDefinition(definition, LIMITS)!);
        for (const event of driver.events) observer.observe(event);
        const states = observer.states(driver.run);
        for (const index of indices) {
          for (const [id, state] of interpret(at(tasks, index)).states) {
            expect([`g.${id}[${index}]`, states.get(`g.${id}[${index}]`)]).toEqual([
              `g.${id}[${index}]`,
              state,
            ]);
          }
        }
        expect([states.get('after'), driver.run.status, driver.out.deadLetters]).toEqual([
          'succeeded',
          'SUCCEEDED',
          [],
        ]);
      },
    ),
    { numRuns: 300 },
  );
});
