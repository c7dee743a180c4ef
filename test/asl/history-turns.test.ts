/** Error texts name the event that entered a state; the engine counts it along the token's path, without a history. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executionEvents } from '../../src/compilers/asl/history/index.ts';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import type { HistoryEntry } from '../../src/engine/index.ts';
import { EVENT_TYPES } from '../../src/model/cloud-event.ts';
import { START } from '../engine/drive.ts';
import { anyInput, anyWorkflow } from './arbitraries.ts';
import type { World } from './interpreter/index.ts';
import { lambdaWorld } from './lambda-world.ts';
import { machineOf } from './render-machine.ts';
import { driveInEngine } from './run-in-engine.ts';
import { WORKER_WORLD } from './scripted-worker.ts';

/** Of every entry of a state: the turn of its token, and its id in the history. */
function entriesOf(machine: StateMachine, input: unknown, world: World) {
  const driver = driveInEngine(machine, input, world);
  driver.save();
  const history = driver.history.map((line) => JSON.parse(line) as HistoryEntry);
  const events = executionEvents(machine, driver.workflow, { key: 'w/r', input, startedAt: START }, history);
  return {
    turns: driver.events
      .filter(({ type }) => type === EVENT_TYPES.stateEntered)
      .map(({ token }) => token?.turn),
    ids: events.filter(({ type }) => type.endsWith('StateEntered')).map(({ id }) => id),
    types: events.map(({ type }) => type),
  };
}

const FORKS = /"Type":"(Parallel|Map)"/;

test('along one path the turns are the ids', () => {
  fc.assert(
    fc.property(anyWorkflow, anyInput, (draft, input) => {
      const machine = machineOf(draft);
      fc.pre(!FORKS.test(JSON.stringify(machine)));
      const { turns, ids } = entriesOf(machine, input, WORKER_WORLD);
      expect(turns).toEqual(ids);
    }),
  );
});

const EVERYTHING = ['States.Runtime', 'States.ALL'];
const CATCH = [
  { ErrorEquals: ['States.Runtime'], Next: 'Last' },
  { ErrorEquals: ['States.ALL'], Next: 'Last' },
];
const RETRY = EVERYTHING.map((name) => ({ ErrorEquals: [name], IntervalSeconds: 1, MaxAttempts: 1 }));
const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:';
const NOTHING = '{% $nothing %}';
const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const FAIL = {
  StartAt: 'P',
  States: { P: { Type: 'Pass', Next: 'F' }, F: { Type: 'Fail', Error: 'E', Cause: 'C' } },
};
const RAISES = {
  StartAt: 'R',
  States: { R: { Type: 'Task', Resource: `${FUNCTION}raise`, Retry: RETRY, End: true } },
};
const BROKEN = {
  StartAt: 'B',
  States: { B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: NOTHING, End: true } },
};
const DISTRIBUTED = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

const jsonata = { QueryLanguage: 'JSONata' };
const echo = { Type: 'Task', Resource: `${FUNCTION}echo` };
const map = { Type: 'Map', MaxConcurrency: 1 };

const FAILING: Readonly<Record<string, object>> = {
  'a function fails': { Type: 'Task', Resource: `${FUNCTION}raise` },
  'a service call fails': {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: `${FUNCTION}raise` },
  },
  'arguments fail': { ...echo, ...jsonata, Arguments: NOTHING },
  'an output fails': { ...echo, ...jsonata, Output: NOTHING },
  'an assignment fails': { ...echo, ...jsonata, Assign: { v: NOTHING } },
  'parameters fail': { ...echo, Parameters: { 'v.$': '$.nowhere' } },
  'a result selector fails': { ...echo, ResultSelector: { 'v.$': '$.nowhere' } },
  'the items of a Map fail': { ...map, ...jsonata, Items: NOTHING, ItemProcessor: PASS },
  'the items path of a Map fails': { ...map, ItemsPath: '$.nowhere', ItemProcessor: PASS },
  'the output of a Map fails': { ...map, ...jsonata, Items: [1, 2], Output: NOTHING, ItemProcessor: PASS },
  'the result selector of a Map fails': {
    ...map,
    ItemsPath: '$.items',
    ResultSelector: { 'v.$': '$.nowhere' },
    ItemProcessor: PASS,
  },
  'the item selector of a Map fails': {
    ...map,
    ...jsonata,
    Items: [1],
    ItemSelector: { v: NOTHING },
    ItemProcessor: PASS,
  },
  'an iteration fails': { ...map, ItemsPath: '$.items', ItemProcessor: FAIL },
  'the task of an iteration fails': { ...map, ItemsPath: '$.items', ItemProcessor: RAISES },
  'an expression in an iteration fails': { ...map, ItemsPath: '$.items', ItemProcessor: BROKEN },
  'a branch fails': { Type: 'Parallel', Branches: [PASS, FAIL].map(renamed) },
  'the task of a branch fails': { Type: 'Parallel', Branches: [PASS, RAISES].map(renamed) },
  'an expression in a branch fails': { Type: 'Parallel', Branches: [PASS, BROKEN].map(renamed) },
  'the arguments of a Parallel fail': {
    Type: 'Parallel',
    ...jsonata,
    Arguments: NOTHING,
    Branches: [PASS],
  },
  'the output of a Parallel fails': { Type: 'Parallel', ...jsonata, Output: NOTHING, Branches: [PASS] },
  'a child execution fails': {
    ...map,
    ItemsPath: '$.items',
    ItemProcessor: { ...FAIL, ...DISTRIBUTED },
  },
  'the output of a Distributed Map fails': {
    ...map,
    ...jsonata,
    Items: [1, 2],
    Output: NOTHING,
    ItemProcessor: { ...PASS, ...DISTRIBUTED },
  },
};

/** States are named once in a machine. */
function renamed(states: typeof PASS | typeof FAIL | typeof RAISES | typeof BROKEN, n: number): object {
  return JSON.parse(JSON.stringify(states).replaceAll(/"([A-Z])"/g, `"$1${n}"`)) as object;
}

test.each(Object.entries(FAILING))('they are where %s, before a catcher and after attempts', (_, state) => {
  const world = lambdaWorld({
    echo: { behaviour: 'echo_input' },
    raise: { behaviour: 'raise', errorType: 'Bad', errorMessage: 'bad' },
  });
  for (const handling of [{ Catch: CATCH }, { Catch: CATCH, Retry: RETRY }]) {
    const machine = {
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Next: 'Failing' },
        Failing: { ...state, ...handling, Next: 'Last' },
        Last: { Type: 'Succeed' },
      },
    };
    const { turns, ids, types } = entriesOf(machine as unknown as StateMachine, { items: [1, 2] }, world);
    expect({ types, turns }).toEqual({ types, turns: ids });
    expect(types.at(-1)).toBe('ExecutionSucceeded');
  }
});

test.each([
  ['in JSONata', { ...jsonata, Items: [1], ItemSelector: NOTHING }],
  [
    'at a later item',
    { ItemsPath: '$.lists', ItemSelector: { 'n.$': 'States.ArrayLength($$.Map.Item.Value)' } },
  ],
  ['after an attempt', { ...jsonata, Items: [1], ItemSelector: NOTHING, Retry: RETRY }],
])('a selector of items that fails names the entry of its Map, %s', (_, state) => {
  const machine = {
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Next: 'Chosen' },
      Chosen: { ...map, ...state, ItemProcessor: PASS, End: true },
    },
  };
  const driver = driveInEngine(machine as unknown as StateMachine, { lists: [[1], 2] }, WORKER_WORLD);
  expect(driver.result).toMatchObject({
    status: 'FAILED',
    cause: expect.stringContaining("the state 'Chosen' (entered at the event id #4)"),
  });
});
