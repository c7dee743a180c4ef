/** What is true of every history, and what single histories say in cases of which there are few records. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serviceEvent } from '../../src/compilers/asl/history/index.ts';
import { COMMANDS } from '../../src/engine/index.ts';
import { anyInput, anyWorkflow } from './arbitraries.ts';
import { historyOf, shown, started } from './driven-history.ts';
import { machineOf } from './render-machine.ts';
import { driveInEngine } from './run-in-engine.ts';
import { WORKER_WORLD } from './scripted-worker.ts';

const ENTERED = /^(.+)StateEntered$/;
const LEFT = /^(.+)State(Exited|Aborted)$/;

describe('every history', () => {
  test('is numbered from 1, each event after the one that led to it, and ends once', () => {
    fc.assert(
      fc.property(anyWorkflow, anyInput, (draft, input) => {
        const machine = machineOf(draft);
        const events = historyOf(machine, driveInEngine(machine, input, WORKER_WORLD), input);
        expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
        expect(events.filter(({ id, previousEventId }) => previousEventId >= id)).toEqual([]);
        expect(events.filter(({ previousEventId }) => previousEventId === 0).map(({ id }) => id)).toEqual([
          1, 2,
        ]);
        const ends = events.filter(({ type }) => /^Execution(Succeeded|Failed)$/.test(type));
        expect(ends).toEqual([events.at(-1)]);
      }),
    );
  });

  test('that ends well leaves no state but those that failed with their branch', () => {
    fc.assert(
      fc.property(anyWorkflow, anyInput, (draft, input) => {
        const machine = machineOf(draft);
        const events = historyOf(machine, driveInEngine(machine, input, WORKER_WORLD), input);
        fc.pre(events.at(-1)?.type === 'ExecutionSucceeded');
        fc.pre(!events.some(({ type }) => /^(MapIteration|ParallelState|MapState)Failed$/.test(type)));
        // A retry begins the branches again; those that failed are not told of.
        fc.pre(!JSON.stringify(machine).includes('"Retry"'));
        const count = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type)).length;
        expect(count(LEFT)).toBe(count(ENTERED));
      }),
    );
  });
});

const wait = { Type: 'Wait', Seconds: 10, End: true };
const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f', End: true };

test('a fault of the definition that nobody names ends the execution at once', () => {
  const pass = { Type: 'Pass', Parameters: { 'm.$': '$.nowhere' }, End: true };
  const { history } = started({
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [{ StartAt: 'Fast', States: { Fast: pass } }], End: true } },
  });
  expect(shown(history())).toEqual([
    '1 0 ExecutionStarted',
    '2 0 ParallelStateEntered',
    '3 2 ParallelStateStarted',
    '4 3 PassStateEntered',
    '5 4 ExecutionFailed',
  ]);
});

test('results that are joined go on from the branch that ended last', () => {
  const { driver, history } = started({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'A', States: { A: task } },
          { StartAt: 'B', States: { B: task } },
        ],
        End: true,
      },
    },
  });
  driver.complete(driver.pending[1]!, 'b');
  driver.complete(driver.pending[0]!, 'a');
  const events = history();
  expect(shown(events).slice(-7)).toEqual([
    '10 9 LambdaFunctionSucceeded',
    '11 10 TaskStateExited',
    '12 6 LambdaFunctionSucceeded',
    '13 12 TaskStateExited',
    '14 13 ParallelStateSucceeded',
    '15 13 ParallelStateExited',
    '16 15 ExecutionSucceeded',
  ]);
});

test('what is stopped from outside ends beside the path', () => {
  const { driver, history } = started({ StartAt: 'Wait', States: { Wait: wait } });
  driver.command(COMMANDS.cancel, { reason: 'enough' });
  expect(shown(history())).toEqual(['1 0 ExecutionStarted', '2 0 WaitStateEntered', '3 0 ExecutionAborted']);
  expect(history().at(-1)?.details).toEqual({ cause: 'enough' });
});

test('an execution out of time ends beside the path', () => {
  const { driver, history } = started({ StartAt: 'Wait', TimeoutSeconds: 5, States: { Wait: wait } });
  driver.tick();
  expect(shown(history()).at(-1)).toBe('3 0 ExecutionTimedOut');
  expect(history().at(-1)?.details).toEqual({ error: 'States.Timeout' });
});

describe('a task whose answer comes later', () => {
  const calls = (resource: string, more: object = {}) =>
    started({
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: resource, ...more, End: true } },
    });

  test('was submitted before it ended', () => {
    const { driver, history } = calls('arn:aws:states:::sqs:sendMessage.waitForTaskToken', {
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
      TimeoutSeconds: 60,
      HeartbeatSeconds: 20,
    });
    const [effect] = driver.pending;
    driver.give({ kind: 'completion', completion: { effect: effect!.id, outcome: 'accepted' } });
    driver.command(COMMANDS.callbackSuccess, { effect: effect!.id, result: { ok: true } });
    const events = history();
    expect(events.map(({ type }) => type).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
    expect(events[2]?.details).toMatchObject({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
      region: 'us-east-1',
      timeoutInSeconds: 60,
      heartbeatInSeconds: 20,
    });
  });

  test.each([
    ['its failure', COMMANDS.callbackFailure, { error: 'E', cause: 'c' }, 'TaskFailed'],
    ['its heartbeat', COMMANDS.callbackHeartbeat, {}, 'TaskSubmitted'],
  ])('was submitted, also where %s comes before word of that', (_, report, data, last) => {
    const { driver, history } = calls('arn:aws:states:::sqs:sendMessage.waitForTaskToken', {
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
      HeartbeatSeconds: 20,
    });
    const effect = driver.pending[0]!.id;
    driver.command(report, { effect, ...data });
    driver.give({ kind: 'completion', completion: { effect, outcome: 'accepted' } });
    const types = history().map(({ type }) => type);
    expect(types.slice(2)).toEqual(
      ['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed', 'ExecutionFailed'].slice(
        0,
        last === 'TaskFailed' ? 5 : 3,
      ),
    );
  });

  test.each([
    ['sqs:sendMessage.waitForTaskToken', { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' }],
    ['states:startExecution.sync:2', { StateMachineArn: 'm' }],
  ])('of %s was not submitted where the call fails', (resource, Parameters) => {
    const { driver, history } = calls(`arn:aws:states:::${resource}`, { Parameters });
    driver.fail(driver.pending[0]!, { code: 'Sqs.Refused', message: 'no' });
    const events = history();
    expect(events.map(({ type }) => type).slice(2)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitFailed',
      'ExecutionFailed',
    ]);
    expect(serviceEvent(events[4]!)['taskSubmitFailedEventDetails']).toEqual({
      resourceType: resource.split(':')[0],
      resource: resource.slice(resource.indexOf(':') + 1),
      error: 'Sqs.Refused',
      cause: 'no',
    });
  });

  test('of an activity is started once a worker is heard of', () => {
    const { driver, history } = calls('arn:aws:states:us-east-1:123456789012:activity:a', {
      HeartbeatSeconds: 20,
    });
    const [effect] = driver.pending;
    driver.give({ kind: 'completion', completion: { effect: effect!.id, outcome: 'accepted' } });
    expect(history().at(-1)?.type).toBe('ActivityScheduled');
    driver.command(COMMANDS.callbackHeartbeat, { effect: effect!.id });
    expect(history().at(-1)?.type).toBe('ActivityStarted');
    driver.tick();
    expect(
      history()
        .map(({ type }) => type)
        .slice(-2),
    ).toEqual(['ActivityTimedOut', 'ExecutionFailed']);
    expect(history().at(-2)?.details).toEqual({ error: 'States.HeartbeatTimeout' });
  });
});

test('a Map Run that fails is told of before its state, also where the state then begins again', () => {
  const { driver, history } = started(
    {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Label: 'Items',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'P',
            States: { P: { Type: 'Pass', End: true } },
          },
          Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
          End: true,
        },
      },
    },
    [1],
  );
  driver.fail(driver.pending[0]!, { code: 'Bad', message: 'bad' });
  driver.tick();
  driver.fail(driver.pending[0]!, { code: 'Bad', message: 'bad' });
  const events = history();
  expect(events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunFailed',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunFailed',
    'MapStateFailed',
    'ExecutionFailed',
  ]);
  expect(events[3]?.details?.['mapRunArn']).toMatch(
    /^arn:aws:states:us-east-1:123456789012:mapRun:w\/Items:r-2$/,
  );
});

test('time is not turned back where a worker goes on whose clock is behind', () => {
  const { driver, history } = started({
    StartAt: 'Task',
    States: { Task: task },
  });
  driver.now -= 5_000;
  driver.complete(driver.pending[0]!, {});
  const times = history().map(({ timestamp }) => timestamp);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
