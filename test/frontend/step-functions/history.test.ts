import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  paginateGetExecutionHistory,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Runs a machine to its end. */
async function execute(name: string, definition: object, input: unknown = {}) {
  const { stateMachineArn } = await service.client.send(
    new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE }),
  );
  const { executionArn } = await service.client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'run', input: JSON.stringify(input) }),
  );
  await service.engine.gateway.awaitEnd(name, 'run', 60_000);
  return executionArn!;
}

describe('the history of an execution', () => {
  it("is told in the service's events, page by page and backwards", async () => {
    const executionArn = await execute('passes', {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Result: 1, Next: 'B' },
        B: { Type: 'Succeed' },
      },
    });
    const { events } = await service.client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'PassStateEntered'],
      [3, 2, 'PassStateExited'],
      [4, 3, 'SucceedStateEntered'],
      [5, 4, 'SucceedStateExited'],
      [6, 5, 'ExecutionSucceeded'],
    ]);
    expect(events?.[0]).toMatchObject({
      timestamp: expect.any(Date),
      executionStartedEventDetails: { input: '{}', inputDetails: { truncated: false }, roleArn: ROLE },
    });
    expect(events?.[2]).toMatchObject({ stateExitedEventDetails: { name: 'A', output: '1' } });

    const paged: (number | undefined)[] = [];
    const pages = paginateGetExecutionHistory({ client: service.client, pageSize: 4 }, { executionArn });
    for await (const page of pages) paged.push(...page.events!.map(({ id }) => id));
    expect(paged).toEqual([1, 2, 3, 4, 5, 6]);
    const backwards = await service.client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
    );
    expect(backwards.events?.map(({ id }) => id)).toEqual([6, 5]);
    const lean = await service.client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(lean.events?.[2]?.stateExitedEventDetails).toEqual({ name: 'A' });
    await expect(
      service.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken: backwards.nextToken })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

it('is told backwards without repeating anything, also where more happens between two pages', async () => {
  const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } } };
  const { stateMachineArn } = await service.client.send(
    new CreateStateMachineCommand({ name: 'waits', definition: JSON.stringify(definition), roleArn: ROLE }),
  );
  const { executionArn } = await service.client.send(new StartExecutionCommand({ stateMachineArn }));
  const asked = { executionArn, reverseOrder: true, maxResults: 1 };
  const page = async (nextToken?: string) => {
    const given = nextToken === undefined ? asked : { ...asked, nextToken };
    const answer = await service.client.send(new GetExecutionHistoryCommand(given));
    return { ids: answer.events!.map(({ id }) => id), next: answer.nextToken };
  };
  const first = await page();
  expect(first.ids).toEqual([2]);
  await service.client.send(new StopExecutionCommand({ executionArn }));
  expect(await page(first.next)).toEqual({ ids: [1], next: undefined });
  expect((await page()).ids).toEqual([3]);
});

describe('a Map Run', () => {
  it('is listed and described, and so are its children', async () => {
    const executionArn = await execute(
      'mapping',
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Label: 'each',
            ToleratedFailureCount: 1,
            MaxConcurrency: 2,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'Pick',
              States: {
                Pick: {
                  Type: 'Choice',
                  Choices: [{ Variable: '$', NumericEquals: 2, Next: 'Bad' }],
                  Default: 'Good',
                },
                Bad: { Type: 'Fail', Error: 'Two' },
                Good: { Type: 'Pass', End: true },
              },
            },
            End: true,
          },
        },
      },
      [1, 2, 3],
    );
    const { mapRuns } = await service.client.send(new ListMapRunsCommand({ executionArn }));
    expect(mapRuns).toEqual([
      {
        executionArn,
        mapRunArn: expect.stringMatching(/:mapRun:mapping\/each:./),
        stateMachineArn: `${HERE}:stateMachine:mapping/each`,
        startDate: expect.any(Date),
        stopDate: expect.any(Date),
      },
    ]);
    const { mapRunArn } = mapRuns![0]!;
    const counts = {
      pending: 0,
      running: 0,
      succeeded: 2,
      failed: 1,
      timedOut: 0,
      aborted: 0,
      total: 3,
      resultsWritten: 0,
    };
    expect(await service.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      mapRunArn,
      executionArn,
      status: 'SUCCEEDED',
      maxConcurrency: 2,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 0,
      executionCounts: counts,
      itemCounts: counts,
      redriveCount: 0,
    });
    const { executions } = await service.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions?.map(({ status }) => status).sort()).toEqual(['FAILED', 'SUCCEEDED', 'SUCCEEDED']);
    const child = await service.client.send(
      new DescribeExecutionCommand({ executionArn: executions![0]!.executionArn }),
    );
    expect(child).toMatchObject({ mapRunArn, stateMachineArn: `${HERE}:stateMachine:mapping/each` });
    const own = await service.client.send(
      new ListExecutionsCommand({ stateMachineArn: `${HERE}:stateMachine:mapping` }),
    );
    expect(own.executions?.map((each) => each.executionArn)).toEqual([executionArn]);
    await expect(
      service.client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 5 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      service.client.send(new DescribeMapRunCommand({ mapRunArn: `${mapRunArn}0` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('changes the bounds of a Map Run that runs', async () => {
    const machine = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Label: 'each',
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Hold',
            States: { Hold: { Type: 'Wait', Seconds: 3_600, End: true } },
          },
          End: true,
        },
      },
    };
    const { stateMachineArn } = await service.client.send(
      new CreateStateMachineCommand({ name: 'bounded', definition: JSON.stringify(machine), roleArn: ROLE }),
    );
    const { executionArn } = await service.client.send(
      new StartExecutionCommand({ stateMachineArn, input: '[1, 2, 3]' }),
    );
    const { mapRuns } = await service.client.send(new ListMapRunsCommand({ executionArn }));
    const { mapRunArn } = mapRuns![0]!;
    const running = async () =>
      (await service.client.send(new DescribeMapRunCommand({ mapRunArn }))).executionCounts?.running;
    await expect.poll(running, { timeout: 20_000 }).toBe(1);
    await service.client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 3 }));
    await expect.poll(running, { timeout: 20_000 }).toBe(3);
    await service.client.send(new StopExecutionCommand({ executionArn }));
    await expect.poll(running, { timeout: 20_000 }).toBe(0);
  });

  it('runs again once its execution is redriven, and counts that', async () => {
    const machine = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Label: 'each',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Hold',
            States: { Hold: { Type: 'Wait', Seconds: 3_600, End: true } },
          },
          End: true,
        },
      },
    };
    const { stateMachineArn } = await service.client.send(
      new CreateStateMachineCommand({ name: 'again', definition: JSON.stringify(machine), roleArn: ROLE }),
    );
    const { executionArn } = await service.client.send(
      new StartExecutionCommand({ stateMachineArn, input: '[1]' }),
    );
    const { mapRuns } = await service.client.send(new ListMapRunsCommand({ executionArn }));
    const { mapRunArn } = mapRuns![0]!;
    const described = () => service.client.send(new DescribeMapRunCommand({ mapRunArn }));
    for (const redriveCount of [1, 2]) {
      await service.client.send(new StopExecutionCommand({ executionArn }));
      expect((await described()).status).toBe('ABORTED');
      await service.client.send(new RedriveExecutionCommand({ executionArn }));
      expect(await described()).toMatchObject({
        status: 'RUNNING',
        redriveCount,
        redriveDate: expect.any(Date),
      });
    }
    await service.client.send(new StopExecutionCommand({ executionArn }));
  });
});
