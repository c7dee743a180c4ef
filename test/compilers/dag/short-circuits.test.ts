import { expect, test } from 'vitest';
import { compileDag, readDefinition } from '../../../src/compilers/dag/index.ts';
import { TaskStateObserver } from '../../../src/compilers/dag/states.ts';
import { compileWorkflow } from '../../../src/engine/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { Driver } from '../../engine/drive.ts';
import { behaviourOfDag, dagOf } from '../../reference/any-dag.ts';
import type { PlainTask } from '../../reference/dag-interpreter.ts';

const stop: PlainTask = {
  id: 'stop',
  needs: [],
  rule: 'all_success',
  acts: 'succeed',
  passes: { go: false, ignoreRules: true },
};
const gate: PlainTask = {
  id: 'gate',
  needs: ['stop'],
  rule: 'all_success',
  acts: 'succeed',
  passes: { go: true, ignoreRules: true },
};

function statesOf(tasks: readonly PlainTask[], pick: number) {
  const definition = dagOf(tasks);
  const { triggers } = compileDag(definition, { limits: LIMITS });
  const workflow = compileWorkflow('w', 1, triggers!, LIMITS);
  const driver = new Driver(workflow, {
    behaviour: behaviourOfDag(tasks),
    choose: (count) => pick % count,
  });
  driver.start().finish();
  const observer = new TaskStateObserver(readDefinition(definition, LIMITS)!);
  for (const event of driver.events) observer.observe(event);
  return Object.fromEntries(observer.states(driver.run));
}

test.each([0, 1])(
  'a short circuit cuts what is behind another one that runs whatever happens (order %i)',
  (pick) => {
    const behind: PlainTask = { id: 'behind', needs: ['gate'], rule: 'all_success', acts: 'succeed' };
    expect(statesOf([stop, { ...gate, rule: 'always' }, behind], pick)).toEqual({
      stop: 'succeeded',
      gate: 'succeeded',
      behind: 'skipped',
    });
  },
);

test.each([0, 1])(
  'a short circuit cuts what is behind another one that a branch skips (order %i)',
  (pick) => {
    const branch: PlainTask = { id: 'branch', needs: [], rule: 'all_success', acts: 'succeed', chooses: [] };
    const behind: PlainTask = { id: 'behind', needs: ['gate'], rule: 'all_done', acts: 'succeed' };
    expect(statesOf([stop, branch, { ...gate, needs: ['stop', 'branch'] }, behind], pick)).toEqual({
      stop: 'succeeded',
      branch: 'succeeded',
      gate: 'skipped',
      behind: 'skipped',
    });
  },
);
