import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  awsClients,
  ResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../../../src/actions/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
const outgoing = undiciOutgoing({ allowLoopback: true });
const aws = awsClients({});
beforeAll(async () => {
  const secrets = secretsFrom({ environment: {}, readFile: () => Promise.reject(new Error('none')) });
  const resources = new ResourceMap();
  const deps = { aws, outgoing, secrets, resources, limits: LIMITS, version: 'test' };
  service = await startService(
    { activityPollMs: 200 },
    {},
    {
      invokers: (callbackKey, ports) => new Map([['task', taskInvoker({ ...deps, ...ports, callbackKey })]]),
    },
  );
});
afterAll(async () => {
  await service.close();
  await Promise.all([outgoing.close(), aws.close()]);
});

const createActivity = (name: string) => service.client.send(new CreateActivityCommand({ name }));
const getTask = (activityArn: string | undefined, client = service.client) =>
  client.send(new GetActivityTaskCommand({ activityArn, workerName: 'tests' }));

/** A machine whose one task is the activity. */
async function startWork(activityArn: string, input: object, more: object = {}) {
  const name = activityArn.split(':').at(-1)!;
  const definition = JSON.stringify({
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: activityArn, End: true, ...more } },
  });
  const { stateMachineArn } = await service.client.send(
    new CreateStateMachineCommand({ name, definition, roleArn: ROLE }),
  );
  return service.client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
}

async function ended(executionArn: string | undefined) {
  const [workflow, run] = executionArn!.split(':').slice(6);
  await service.engine.gateway.awaitEnd(workflow!, run!, 30_000);
  return service.client.send(new DescribeExecutionCommand({ executionArn }));
}

describe('an activity', () => {
  it('is created once, described, listed and deleted', async () => {
    const created = await createActivity('first');
    expect(created.activityArn).toBe(`${HERE}:activity:first`);
    expect(await createActivity('first')).toMatchObject({ creationDate: created.creationDate });
    expect(
      await service.client.send(new DescribeActivityCommand({ activityArn: created.activityArn })),
    ).toMatchObject({ name: 'first', creationDate: created.creationDate });
    await createActivity('second');
    const listed = await service.client.send(new ListActivitiesCommand({ maxResults: 1 }));
    const rest = await service.client.send(new ListActivitiesCommand({ nextToken: listed.nextToken }));
    expect([...listed.activities!, ...rest.activities!].map(({ name }) => name)).toEqual(['first', 'second']);
    await service.client.send(new DeleteActivityCommand({ activityArn: created.activityArn }));
    await expect(getTask(created.activityArn)).rejects.toMatchObject({
      name: 'ActivityDoesNotExist',
      message: `Activity Does Not Exist: '${created.activityArn}'`,
    });
    await expect(createActivity('a b')).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it('has no task for a while, and the answer says so', async () => {
    const { activityArn } = await createActivity('idle');
    const { taskToken } = await getTask(activityArn);
    expect(taskToken ?? null).toBeNull();
  });

  it('hands its task to who waits, and takes the result', async () => {
    const { activityArn } = await createActivity('work');
    const poll = async (): Promise<Awaited<ReturnType<typeof getTask>>> => {
      const task = await getTask(activityArn);
      return task.taskToken ? task : poll();
    };
    const polled = poll();
    const { executionArn } = await startWork(activityArn!, { n: 1 });
    const { taskToken, input } = await polled;
    expect(JSON.parse(input!)).toEqual({ n: 1 });
    await service.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await service.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"done": true}' }));
    expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
    const late = { name: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" };
    for (const command of [
      new SendTaskHeartbeatCommand({ taskToken }),
      new SendTaskSuccessCommand({ taskToken, output: '1' }),
      new SendTaskFailureCommand({ taskToken }),
    ])
      await expect(service.client.send(command as SendTaskFailureCommand)).rejects.toMatchObject(late);
  });

  it('may fail its task', async () => {
    const { activityArn } = await createActivity('failing');
    const { executionArn } = await startWork(activityArn!, {});
    const { taskToken } = await getTask(activityArn);
    await service.client.send(new SendTaskFailureCommand({ taskToken, error: 'Spoilt', cause: 'the milk' }));
    expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Spoilt', cause: 'the milk' });
  });

  it('hands each task to one of many', async () => {
    const { activityArn } = await createActivity('many');
    const workers = Array.from({ length: 5 }, () => service.connect());
    const started = [];
    for (let n = 0; n < 20; n += 1) started.push(await startWork(activityArn!, { n }));
    const seen: number[] = [];
    await Promise.all(
      workers.map(async (client) => {
        for (;;) {
          const { taskToken, input } = await getTask(activityArn, client);
          if (!taskToken) return;
          seen.push((JSON.parse(input!) as { n: number }).n);
          await client.send(new SendTaskSuccessCommand({ taskToken, output: input }));
        }
      }),
    );
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    for (const { executionArn } of started)
      expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('hands out no task of an execution that was stopped', async () => {
    const { activityArn } = await createActivity('stopped');
    const { executionArn } = await startWork(activityArn!, {});
    await service.client.send(new StopExecutionCommand({ executionArn }));
    expect((await getTask(activityArn)).taskToken ?? null).toBeNull();
  });
});

describe('a task token', () => {
  it.each([
    ['that is none', new SendTaskHeartbeatCommand({ taskToken: 'none' }), 'InvalidToken'],
    ['that is missing', new SendTaskHeartbeatCommand({ taskToken: undefined }), 'ValidationException'],
    [
      'with output that is no JSON',
      new SendTaskSuccessCommand({ taskToken: 'none', output: '{' }),
      'InvalidOutput',
    ],
  ])('%s is refused', async (_, command, name) => {
    await expect(service.client.send(command as SendTaskHeartbeatCommand)).rejects.toMatchObject({ name });
  });
});

describe('an execution that a task starts', () => {
  it('is of the version, alias or type that its ARN says', async () => {
    const pass = (Result: unknown) =>
      JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Result, End: true } } });
    const create = (name: string, definition: string, more: object = {}) =>
      service.client.send(new CreateStateMachineCommand({ name, definition, roleArn: ROLE, ...more }));
    const { stateMachineArn } = await create('nested', pass('first'), { publish: true });
    await service.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: pass('second'), publish: true }),
    );
    await service.client.send(
      new CreateStateMachineAliasCommand({
        name: 'old',
        routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }],
      }),
    );
    await create('nested-express', pass('quick'), { type: 'EXPRESS' });
    const start = (arn: string, pattern = '', more: object = {}) => ({
      StartAt: 'Start',
      States: {
        Start: {
          Type: 'Task',
          Resource: `arn:aws:states:::states:startExecution${pattern}`,
          Parameters: { StateMachineArn: arn, Input: {}, ...more },
          End: true,
        },
      },
    });
    const run = async (name: string, definition: object) => {
      const made = await create(name, JSON.stringify(definition));
      const { executionArn } = await service.client.send(
        new StartExecutionCommand({ stateMachineArn: made.stateMachineArn }),
      );
      const { output, cause } = await ended(executionArn);
      return output === undefined ? cause : JSON.parse(output);
    };
    expect(await run('of-machine', start(`${HERE}:stateMachine:nested`, '.sync:2'))).toMatchObject({
      Output: 'second',
    });
    expect(await run('of-version', start(`${HERE}:stateMachine:nested:1`, '.sync:2'))).toMatchObject({
      Output: 'first',
      StateMachineArn: `${HERE}:stateMachine:nested`,
      StateMachineVersionArn: `${HERE}:stateMachine:nested:1`,
    });
    const { ExecutionArn, ...told } = await run(
      'of-alias',
      start(`${HERE}:stateMachine:nested:old`, '.sync:2'),
    );
    expect(told).toMatchObject({
      StateMachineAliasArn: `${HERE}:stateMachine:nested:old`,
      StateMachineArn: `${HERE}:stateMachine:nested`,
      StateMachineVersionArn: `${HERE}:stateMachine:nested:1`,
    });
    const described = await service.client.send(new DescribeExecutionCommand({ executionArn: ExecutionArn }));
    expect(described).toMatchObject({
      output: '"first"',
      stateMachineAliasArn: `${HERE}:stateMachine:nested:old`,
      stateMachineVersionArn: `${HERE}:stateMachine:nested:1`,
    });
    expect(await run('of-express', start(`${HERE}:stateMachine:nested-express`))).toMatchObject({
      ExecutionArn: expect.stringMatching(/:express:nested-express:.+:.+$/),
    });
    const express = start(`${HERE}:stateMachine:nested-express`, '.sync');
    expect(await run('of-express-to-its-end', express)).toMatchObject({
      ExecutionArn: expect.stringMatching(/:express:nested-express:[^:]+:[^:]+$/),
      Name: expect.stringMatching(/^[^:]+$/),
    });
    const traced = start(`${HERE}:stateMachine:nested`, '', { Name: "l'été", TraceHeader: 'Root=1' });
    const { ExecutionArn: tracedArn } = await run('of-a-name', traced);
    expect(tracedArn).toBe(`${HERE}:execution:nested:l'été`);
    expect(
      await service.client.send(new DescribeExecutionCommand({ executionArn: tracedArn })),
    ).toMatchObject({ traceHeader: 'Root=1' });
    for (const [index, Name] of ['a b', 'a/b', '', 'x'.repeat(81)].entries())
      expect(await run(`of-no-name-${index}`, start(`${HERE}:stateMachine:nested`, '', { Name }))).toMatch(
        /^Invalid Name: '.*' \(Service: AWSStepFunctions; Status Code: 400; Error Code: InvalidName;/,
      );
    expect(await run('of-none', start(`${HERE}:stateMachine:nested:9`))).toMatch(/StateMachineDoesNotExist/);
  });

  it('and that is stopped fails the task with its description, and no words but those it was stopped with', async () => {
    const create = async (name: string, state: object) => {
      const definition = JSON.stringify({ StartAt: 'S', States: { S: { End: true, ...state } } });
      const made = new CreateStateMachineCommand({ name, definition, roleArn: ROLE });
      return (await service.client.send(made)).stateMachineArn;
    };
    const child = await create('stopped-child', { Type: 'Wait', Seconds: 600 });
    const parent = await create('stops-child', {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: child, 'Name.$': '$.name' },
    });
    for (const words of [{}, { error: 'Enough', cause: 'said so' }]) {
      const name = `child${Object.keys(words).length}`;
      const { executionArn } = await service.client.send(
        new StartExecutionCommand({ stateMachineArn: parent, input: JSON.stringify({ name }) }),
      );
      const childArn = `${HERE}:execution:stopped-child:${name}`;
      const stop = () => service.client.send(new StopExecutionCommand({ executionArn: childArn, ...words }));
      await expect.poll(() => stop().catch(({ name }) => name)).toHaveProperty('stopDate');
      const { status, error, cause } = await ended(executionArn);
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.TaskFailed' });
      const told = JSON.parse(cause!) as Record<string, unknown>;
      expect(told).toMatchObject({ Status: 'ABORTED', Name: name });
      expect([told['Error'], told['Cause']]).toEqual([words.error, words.cause]);
    }
  });
});
