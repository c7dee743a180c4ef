import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  awsClients,
  ResourceMap,
  secretsFrom,
  taskInvoker,
  undiciOutgoing,
} from '../../../src/actions/index.ts';
import { createFrontend } from '../../../src/frontend/index.ts';
import { MemoryLog } from '../../../src/logs/index.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { openRedisStore } from '../../../src/stores/index.ts';
import { startGateway, startWorker } from '../../../src/workers/index.ts';
import { sharedRedis } from '../../servers/index.ts';
import { ECHO } from './definitions.ts';
import { ROLE } from './service.ts';

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
});

/** Two front ends and a worker that have nothing in common but Redis and the log. */
let clients: [SFNClient, SFNClient];
beforeAll(async () => {
  const url = await sharedRedis();
  const prefix = `step-functions-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const log = new MemoryLog({ partitions: 2 });
  const openStore = async () => {
    const store = await openRedisStore({ partitions: 2, limits: LIMITS, now: Date.now, url, prefix });
    closers.push(() => store.close());
    return store;
  };
  const outgoing = undiciOutgoing({ allowLoopback: true });
  const aws = awsClients({});
  closers.push(
    () => outgoing.close(),
    () => aws.close(),
  );
  const secrets = secretsFrom({ environment: {}, readFile: () => Promise.reject(new Error('none')) });
  const deps = { aws, outgoing, secrets, resources: new ResourceMap(), limits: LIMITS, version: 'test' };
  const worker = await startWorker({
    log,
    store: await openStore(),
    invokers: (callbackKey, ports) => new Map([['task', taskInvoker({ ...deps, ...ports, callbackKey })]]),
  });
  closers.push(() => worker.stop());
  const logger = pino({ level: 'silent' }) as FastifyBaseLogger;
  const connect = async () => {
    const process = await startGateway({ log, store: await openStore() });
    closers.push(() => process.stop());
    const frontend = createFrontend(process.gateway, { logger });
    closers.push(() => frontend.close());
    const client = new SFNClient({
      endpoint: await frontend.listen({ port: 0 }),
      region: 'us-east-1',
      disableHostPrefix: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    closers.push(async () => client.destroy());
    return client;
  };
  clients = [await connect(), await connect()];
});

it('an activity is worked on through one front end, and its execution watched through another', async () => {
  const [here, there] = clients;
  const { activityArn } = await here.send(new CreateActivityCommand({ name: 'work' }));
  const definition = JSON.stringify({
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: activityArn, HeartbeatSeconds: 30, End: true } },
  });
  const { stateMachineArn } = await here.send(
    new CreateStateMachineCommand({ name: 'working', definition, roleArn: ROLE }),
  );
  const polled = here.send(new GetActivityTaskCommand({ activityArn }));
  const { executionArn } = await there.send(
    new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"n": 7}' }),
  );
  const { taskToken, input } = await polled;
  expect(JSON.parse(input!)).toEqual({ n: 7 });
  await there.send(new SendTaskSuccessCommand({ taskToken, output: '"done"' }));
  await expect
    .poll(async () => (await here.send(new DescribeExecutionCommand({ executionArn }))).output)
    .toBe('"done"');
});

it('an express execution is waited for through a front end that owns no partition', async () => {
  const [here, there] = clients;
  const { stateMachineArn } = await here.send(
    new CreateStateMachineCommand({ name: 'quick', definition: ECHO, roleArn: ROLE, type: 'EXPRESS' }),
  );
  const answer = await there.send(new StartSyncExecutionCommand({ stateMachineArn, input: '[2]' }));
  expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '[2]' });
});
