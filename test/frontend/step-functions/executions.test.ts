import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, FAIL, WAIT } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
const arns: Record<string, string> = {};
beforeAll(async () => {
  service = await startService();
  const machines = {
    echo: [ECHO, 'STANDARD'],
    wait: [WAIT, 'STANDARD'],
    fail: [FAIL, 'STANDARD'],
    express: [ECHO, 'EXPRESS'],
    failing: [FAIL, 'EXPRESS'],
  } as const;
  for (const [name, [definition, type]] of Object.entries(machines)) {
    const command = new CreateStateMachineCommand({ name, definition, type, roleArn: ROLE });
    arns[name] = (await service.client.send(command)).stateMachineArn!;
  }
});
afterAll(() => service.close());

const start = (machine: string, more: object = {}) =>
  service.client.send(new StartExecutionCommand({ stateMachineArn: arns[machine], ...more }));
const describeExecution = (executionArn: string | undefined) =>
  service.client.send(new DescribeExecutionCommand({ executionArn }));
const stop = (executionArn: string | undefined, more: object = {}) =>
  service.client.send(new StopExecutionCommand({ executionArn, ...more }));

async function ended(executionArn: string | undefined) {
  const run = executionArn!.split(':').slice(6);
  await service.engine.gateway.awaitEnd(run[0]!, run[1]!, 30_000);
  return describeExecution(executionArn);
}

describe('an execution', () => {
  it('runs to its end and is described', async () => {
    const started = await start('echo', { name: 'first', input: '{ "a": [1, null] }' });
    expect(started.executionArn).toBe(`${HERE}:execution:echo:first`);
    const described = await ended(started.executionArn);
    expect(described).toMatchObject({
      executionArn: started.executionArn,
      stateMachineArn: arns.echo,
      name: 'first',
      status: 'SUCCEEDED',
      startDate: started.startDate,
      input: '{"a":[1,null]}',
      inputDetails: { included: true },
      output: '{"a":[1,null]}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(described.stopDate!.getTime()).toBeGreaterThanOrEqual(described.startDate!.getTime());
    const lean = await service.client.send(
      new DescribeExecutionCommand({ executionArn: started.executionArn, includedData: 'METADATA_ONLY' }),
    );
    expect(lean).toMatchObject({ inputDetails: { included: false }, outputDetails: { included: false } });
    expect(lean.input).toBeUndefined();
    const machine = await service.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: started.executionArn }),
    );
    expect(machine).toMatchObject({
      stateMachineArn: arns.echo,
      name: 'echo',
      definition: ECHO,
      roleArn: ROLE,
    });
  });

  it('has a name and an empty object as input where none are given', async () => {
    const { executionArn } = await start('echo');
    expect(executionArn).toMatch(/:execution:echo:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await ended(executionArn)).toMatchObject({ input: '{}', output: '{}' });
  });

  it('is started once: the same name and input again is the same as long as it runs', async () => {
    const wanted = { name: "l'été+1", input: '{"a":1}' };
    const started = await start('wait', wanted);
    expect(started.executionArn).toBe(`${HERE}:execution:wait:l'été+1`);
    expect(await start('wait', { ...wanted, input: '{ "a": 1 }' })).toMatchObject({
      executionArn: started.executionArn,
      startDate: started.startDate,
    });
    const refusal = {
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${started.executionArn}'`,
    };
    await expect(start('wait', { ...wanted, input: '{}' })).rejects.toMatchObject(refusal);
    await stop(started.executionArn);
    await expect(start('wait', wanted)).rejects.toMatchObject(refusal);
  });

  it('fails with error and cause', async () => {
    const { executionArn } = await start('fail');
    const described = await ended(executionArn);
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
      cause: 'it was to be so',
      redriveStatus: 'REDRIVABLE',
    });
    expect(described.output).toBeUndefined();
  });

  it('is stopped with what the caller says', async () => {
    const { executionArn } = await start('wait');
    const { stopDate } = await stop(executionArn, { error: 'Enough', cause: 'of that' });
    const described = await describeExecution(executionArn);
    expect(described).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'of that', stopDate });
    // To stop it again changes nothing.
    expect(await stop(executionArn, { error: 'Other' })).toMatchObject({ stopDate });
    const silent = await start('wait');
    await stop(silent.executionArn);
    const plain = await describeExecution(silent.executionArn);
    expect(plain.status).toBe('ABORTED');
    expect(plain.error).toBeUndefined();
    expect(plain.cause).toBeUndefined();
  });

  it('is redriven when it has not succeeded, once per client token', async () => {
    const { executionArn } = await start('wait');
    const redrive = (clientToken?: string) =>
      service.client.send(new RedriveExecutionCommand({ executionArn, clientToken }));
    await expect(redrive()).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    });
    await stop(executionArn);
    const { redriveDate } = await redrive('t-1');
    expect(await redrive('t-1')).toMatchObject({ redriveDate });
    expect(await describeExecution(executionArn)).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate,
    });
    await stop(executionArn);
    const { executions } = await service.client.send(
      new ListExecutionsCommand({ stateMachineArn: arns.wait, redriveFilter: 'REDRIVEN' }),
    );
    expect(executions).toEqual([expect.objectContaining({ executionArn, redriveCount: 1 })]);
  });

  it('that is a child of a Map Run is redriven with its parent alone', async () => {
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      ...JSON.parse(FAIL),
    };
    const state = {
      Type: 'Map',
      Label: 'label',
      ItemProcessor: processor,
      ItemBatcher: { MaxItemsPerBatch: 2 },
      End: true,
    };
    const { stateMachineArn } = await service.client.send(
      new CreateStateMachineCommand({
        name: 'parent',
        definition: JSON.stringify({ StartAt: 'Map', States: { Map: state } }),
        roleArn: ROLE,
      }),
    );
    const { executionArn } = await service.client.send(
      new StartExecutionCommand({ stateMachineArn, input: '[1,2]' }),
    );
    await ended(executionArn);
    const { mapRuns } = await service.client.send(new ListMapRunsCommand({ executionArn }));
    const { executions } = await service.client.send(
      new ListExecutionsCommand({ mapRunArn: mapRuns![0]!.mapRunArn }),
    );
    expect(executions).toEqual([expect.objectContaining({ itemCount: 2 })]);
    const child = executions![0]!.executionArn;
    expect(await describeExecution(child)).toMatchObject({
      status: 'FAILED',
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
    await expect(
      service.client.send(new RedriveExecutionCommand({ executionArn: child })),
    ).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    await service.client.send(new RedriveExecutionCommand({ executionArn }));
    await ended(executionArn);
    const redriven = new DescribeMapRunCommand({ mapRunArn: mapRuns![0]!.mapRunArn });
    expect(await service.client.send(redriven)).toMatchObject({
      redriveCount: 1,
      executionCounts: { failed: 1, total: 1 },
      itemCounts: { failed: 2, total: 2 },
    });
  });

  it.each([
    [
      'input that is no JSON',
      { input: 'nope' },
      'InvalidExecutionInput',
      /^Invalid State Machine Execution Input: '/,
    ],
    [
      'input that is too long',
      { input: `"${'x'.repeat(262_144)}"` },
      'ValidationException',
      /^1 validation error detected: Value at 'input' failed/,
    ],
    ['a name with a slash', { name: 'a/b' }, 'InvalidName', /^Invalid Name: 'a\/b'$/],
    [
      'a machine that is not there',
      { stateMachineArn: `${HERE}:stateMachine:none` },
      'StateMachineDoesNotExist',
      /^State Machine Does Not Exist: '.*:none'$/,
    ],
    [
      'a version that is not there',
      { stateMachineArn: `${HERE}:stateMachine:echo:7` },
      'StateMachineDoesNotExist',
      /^State Machine Does Not Exist: '.*:echo:7'$/,
    ],
    [
      'an ARN of something else',
      { stateMachineArn: `${HERE}:execution:echo:x` },
      'InvalidArn',
      /^Invalid Arn: 'Resource type not valid in this context: execution'$/,
    ],
    ['no ARN', { stateMachineArn: 'echo' }, 'InvalidArn', /^Invalid Arn: 'Invalid ARN prefix: echo'$/],
  ])('is refused for %s', async (_, more, name, message) => {
    const refused = start('echo', more);
    await expect(refused).rejects.toMatchObject({ name });
    await expect(refused).rejects.toThrow(message);
  });

  it('that is not there is said to be so', async () => {
    const executionArn = `${HERE}:execution:echo:none`;
    const refusal = { name: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${executionArn}'` };
    await expect(describeExecution(executionArn)).rejects.toMatchObject(refusal);
    await expect(stop(executionArn)).rejects.toMatchObject(refusal);
    await expect(describeExecution(arns.echo)).rejects.toMatchObject({ name: 'InvalidArn' });
  });
});

describe('the list of executions', () => {
  const list = (more: Partial<ListExecutionsCommandInput>) =>
    service.client.send(new ListExecutionsCommand(more));

  it('is filtered by status, newest first, page by page', async () => {
    const { stateMachineArn } = await service.client.send(
      new CreateStateMachineCommand({ name: 'listed', definition: WAIT, roleArn: ROLE }),
    );
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names)
      await service.client.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
    await stop(`${HERE}:execution:listed:b`);
    await service.engine.gateway.commandRun('listed', 'c', 'pause');
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await list({ stateMachineArn, maxResults: 2, nextToken });
      found.push(...page.executions!.map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(found.sort()).toEqual(names);
    const byStatus = async (statusFilter: 'RUNNING' | 'ABORTED' | 'SUCCEEDED' | 'PENDING_REDRIVE') => {
      const all: string[] = [];
      let token: string | undefined;
      do {
        const page = await list({ stateMachineArn, statusFilter, maxResults: 1, nextToken: token });
        all.push(...page.executions!.map(({ name, status }) => `${name} ${status}`));
        token = page.nextToken;
      } while (token !== undefined);
      return all.sort();
    };
    expect(await byStatus('RUNNING')).toEqual(['a RUNNING', 'c RUNNING', 'd RUNNING', 'e RUNNING']);
    expect(await byStatus('ABORTED')).toEqual(['b ABORTED']);
    expect(await byStatus('SUCCEEDED')).toEqual([]);
    await expect(byStatus('PENDING_REDRIVE')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is refused where nothing is to be listed', async () => {
    await expect(list({})).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ stateMachineArn: arns.express })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
    await expect(list({ stateMachineArn: `${HERE}:stateMachine:none` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    const { nextToken } = await list({ stateMachineArn: arns.wait, maxResults: 1 });
    await expect(list({ stateMachineArn: arns.wait, maxResults: 0.5 })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('maxResults'),
    });
    expect(nextToken).toBeDefined();
    await expect(list({ stateMachineArn: arns.echo, nextToken })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });
});

describe('an express execution', () => {
  it('may be waited for', async () => {
    const answer = await service.client.send(
      new StartSyncExecutionCommand({ stateMachineArn: arns.express, name: 'now', input: '{"x":2}' }),
    );
    expect(answer.executionArn).toMatch(/:express:express:now:[0-9a-f-]{36}$/);
    expect(answer).toMatchObject({
      stateMachineArn: arns.express,
      name: 'now',
      status: 'SUCCEEDED',
      input: '{"x":2}',
      output: '{"x":2}',
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    expect(
      await service.client.send(new StartSyncExecutionCommand({ stateMachineArn: arns.failing })),
    ).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'it was to be so' });
    await expect(
      service.client.send(new StartSyncExecutionCommand({ stateMachineArn: arns.echo })),
    ).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
  });

  it('may be started by one name as often as one likes, and is not described', async () => {
    const first = await start('express', { name: 'again' });
    const second = await start('express', { name: 'again' });
    expect(second.executionArn).not.toBe(first.executionArn);
    await expect(describeExecution(first.executionArn)).rejects.toMatchObject({
      name: 'InvalidArn',
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    });
  });
});
