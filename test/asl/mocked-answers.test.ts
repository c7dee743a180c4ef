import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceEvent } from '../../src/compilers/asl/history/index.ts';
import { executionHistory } from '../../src/frontend/execution-history.ts';
import { type CorpusEngine, startCorpusEngine } from './corpus-engine.ts';

let engine: CorpusEngine;
beforeAll(async () => {
  engine = await startCorpusEngine({
    history: async (run, gateway) => {
      const workflow = await gateway.getWorkflow(run.workflow, run.version);
      return (await executionHistory({ run, workflow, gateway })).map(serviceEvent);
    },
  });
});
afterAll(() => engine.stop());

it.each(['sqs:sendMessage.waitForTaskToken', 'states:startExecution.sync:2'])(
  'a failure that is mocked for %s comes after the task was submitted, at each attempt',
  async (resource) => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource: `arn:aws:states:::${resource}`,
          Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token', StateMachineArn: 'm' },
          Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 1 }],
          End: true,
        },
      },
    };
    const came = await engine.run({
      id: 'mocked',
      category: 'mocked',
      group: 'mocked',
      definition,
      input: {},
      type: 'STANDARD',
      lambda: null,
      mock: { S: { '0-1': { Throw: { Error: 'E', Cause: 'c' } } } },
      expect: { status: 'FAILED' },
    });
    expect(came).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
    const attempt = ['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed'];
    expect(came.history?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      ...attempt,
      ...attempt,
      'ExecutionFailed',
    ]);
  },
);
