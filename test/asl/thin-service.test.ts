/** What the API tells of executions, beyond the record, by the service's own client. */
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskFailureCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  awsClients,
  ResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../../src/actions/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { ROLE, startService, type TestService } from '../frontend/step-functions/service.ts';
import { machineOf } from './machine-shapes.ts';

let service: TestService;
const outgoing = undiciOutgoing({ allowLoopback: true });
const aws = awsClients({});
beforeAll(async () => {
  const secrets = secretsFrom({ environment: {}, readFile: () => Promise.reject(new Error('none')) });
  const deps = { aws, outgoing, secrets, resources: new ResourceMap(), limits: LIMITS, version: 'test' };
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

let machines = 0;
async function create(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> {
  const name = `machine${++machines}`;
  const { stateMachineArn } = await service.client.send(
    new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn: ROLE, type }),
  );
  return stateMachineArn!;
}

async function start(definition: object, input: unknown = {}): Promise<string> {
  const { executionArn } = await service.client.send(
    new StartExecutionCommand({ stateMachineArn: await create(definition), input: JSON.stringify(input) }),
  );
  return executionArn!;
}

async function ended(executionArn: string) {
  const [workflow, run] = executionArn.split(':').slice(6);
  await service.engine.gateway.awaitEnd(workflow!, run!, 30_000);
  return service.client.send(new DescribeExecutionCommand({ executionArn }));
}

async function eventsOf(executionArn: string): Promise<HistoryEvent[]> {
  const { events } = await service.client.send(new GetExecutionHistoryCommand({ executionArn }));
  return events!;
}

const WAITING = { ...machineOf({ Type: 'Wait', Seconds: 600 }), TimeoutSeconds: 1 };

it('an execution whose time ran out has an error and no cause, and so has the task that waited for it', async () => {
  const late = await create(WAITING);
  const nested = machineOf({
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Parameters: { StateMachineArn: late },
  });
  const { status, error, cause } = await ended(await start(nested));
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.TaskFailed' });
  const told = JSON.parse(cause!) as object;
  expect(told).toMatchObject({ Status: 'TIMED_OUT', Error: 'States.Timeout', Input: {} });
  expect(told).not.toHaveProperty('Cause');
  const described = await ended((told as { ExecutionArn: string }).ExecutionArn);
  expect(described).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(described.cause).toBeUndefined();
});

it('an execution that is stopped tells the error and the cause it was stopped with', async () => {
  const executionArn = await start(WAITING);
  await service.client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'said so' }));
  expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'said so' });
  expect((await eventsOf(executionArn)).at(-1)).toMatchObject({
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { error: 'Enough', cause: 'said so' },
  });
});

it('an activity that fails without a word, and one whose worker is silent, tell no cause', async () => {
  const { activityArn } = await service.client.send(new CreateActivityCommand({ name: 'silent' }));
  const take = () => service.client.send(new GetActivityTaskCommand({ activityArn, workerName: 'tests' }));
  const machine = machineOf({ Type: 'Task', Resource: activityArn, HeartbeatSeconds: 1 });
  const failing = await start(machine);
  const { taskToken } = await take();
  await service.client.send(new SendTaskFailureCommand({ taskToken }));
  expect((await ended(failing)).cause).toBeUndefined();
  const silent = await start(machine);
  await take();
  expect(await ended(silent)).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  expect((await eventsOf(silent)).at(-2)).toMatchObject({
    type: 'ActivityTimedOut',
    activityTimedOutEventDetails: { error: 'States.HeartbeatTimeout' },
  });
  expect((await eventsOf(silent)).at(-2)?.activityTimedOutEventDetails?.cause).toBeUndefined();
  expect((await eventsOf(silent)).at(-3)).toMatchObject({
    type: 'ActivityStarted',
    activityStartedEventDetails: { workerName: 'tests' },
  });
});

it('only what can be redriven counts its redrives', async () => {
  const shows = machineOf({ Type: 'Pass', Parameters: { 'execution.$': '$$.Execution' } });
  const { output } = await ended(await start(shows));
  expect(JSON.parse(output!)).toMatchObject({ execution: { RedriveCount: 0, RoleArn: ROLE } });
  const quick = await service.client.send(
    new StartSyncExecutionCommand({ stateMachineArn: await create(shows, 'EXPRESS'), input: '{}' }),
  );
  const { execution } = JSON.parse(quick.output!) as { execution: object };
  expect(execution).toMatchObject({ Id: quick.executionArn, Name: quick.name, Input: {} });
  expect(execution).not.toHaveProperty('RedriveCount');
});

it('an EXPRESS execution whose state fails says why, at once', async () => {
  const stateMachineArn = await create(
    { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad', Cause: 'luck' } } },
    'EXPRESS',
  );
  const told = await service.client.send(new StartSyncExecutionCommand({ stateMachineArn }));
  expect(told).toMatchObject({ status: 'FAILED', error: 'Bad', cause: 'luck', stateMachineArn, input: '{}' });
  expect(told.output).toBeUndefined();
});
