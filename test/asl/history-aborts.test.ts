/** What a failure cuts off, beside it and within. */
import { expect, test } from 'vitest';
import { shown, started } from './driven-history.ts';

const wait = { Type: 'Wait', Seconds: 10, End: true };
const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f', End: true };

test('a branch that fails cuts the others off, and the catcher goes on from the failure', () => {
  const { driver, history } = started({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Task', States: { Task: task } },
          { StartAt: 'Wait', States: { Wait: wait } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    },
  });
  driver.fail(driver.pending[0]!, { code: 'Bad', message: 'bad' });
  expect(shown(history())).toEqual([
    '1 0 ExecutionStarted',
    '2 0 ParallelStateEntered',
    '3 2 ParallelStateStarted',
    '4 3 TaskStateEntered',
    '5 4 LambdaFunctionScheduled',
    '6 5 LambdaFunctionStarted',
    '7 3 WaitStateEntered',
    '8 6 LambdaFunctionFailed',
    '9 7 WaitStateAborted',
    '10 8 ParallelStateFailed',
    '11 10 ParallelStateExited',
    '12 11 SucceedStateEntered',
    '13 12 SucceedStateExited',
    '14 13 ExecutionSucceeded',
  ]);
});

test('an item that fails ends the Map, with an end for each iteration under way', () => {
  const { driver, history } = started(
    {
      StartAt: 'Each',
      States: {
        Each: { Type: 'Map', ItemProcessor: { StartAt: 'Task', States: { Task: task } }, End: true },
      },
    },
    [1, 2],
  );
  driver.fail(driver.pending[1]!, { code: 'Bad', message: 'bad' });
  const events = history();
  expect(shown(events).slice(-6)).toEqual([
    '12 11 LambdaFunctionFailed',
    '13 12 MapIterationFailed',
    '14 7 TaskStateAborted',
    '15 7 MapIterationAborted',
    '16 12 MapStateFailed',
    '17 16 ExecutionFailed',
  ]);
  expect(events[12]?.details).toEqual({ name: 'Each', index: 1 });
  expect(events.at(-1)?.details).toEqual({ error: 'Bad', cause: 'bad' });
});

test('a Map Run that a branch beside it cuts off is aborted before its state is', () => {
  const { driver, history } = started(
    {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Each',
              States: {
                Each: {
                  Type: 'Map',
                  ItemProcessor: {
                    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                    StartAt: 'Wait',
                    States: { Wait: wait },
                  },
                  End: true,
                },
              },
            },
            { StartAt: 'Task', States: { Task: task } },
          ],
          End: true,
        },
      },
    },
    [1],
  );
  driver.fail(driver.pending.find(({ kind }) => kind === 'task')!, { code: 'Bad', message: 'bad' });
  expect(shown(history()).slice(9)).toEqual([
    '10 9 LambdaFunctionFailed',
    '11 6 MapRunAborted',
    '12 6 MapStateAborted',
    '13 10 ParallelStateFailed',
    '14 13 ExecutionFailed',
  ]);
});

test('what is cut off within what is cut off has an end, inner first, and each but once', () => {
  const { driver, history } = started(
    {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Both',
            States: {
              Both: {
                Type: 'Parallel',
                Branches: [
                  { StartAt: 'Task', States: { Task: task } },
                  { StartAt: 'Wait', States: { Wait: wait } },
                ],
                End: true,
              },
            },
          },
          End: true,
        },
      },
    },
    [1, 2, 3],
  );
  driver.fail(driver.pending[1]!, { code: 'Bad', message: 'bad' });
  const types = history().map(({ type }) => type);
  const other = ['TaskStateAborted', 'WaitStateAborted', 'ParallelStateAborted', 'MapIterationAborted'];
  expect(types.slice(types.indexOf('LambdaFunctionFailed'))).toEqual([
    'LambdaFunctionFailed',
    'WaitStateAborted',
    'ParallelStateFailed',
    'MapIterationFailed',
    ...other,
    ...other,
    'MapStateFailed',
    'ExecutionFailed',
  ]);
});
