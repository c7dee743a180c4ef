import { describe, expect, it, onTestFinished } from 'vitest';
import { type Invoker, TASK_TOKEN } from '../../../src/actions/index.ts';
import { startTidegate, type Tidegate } from '../../../src/cli/embedded.ts';
import { createLogger } from '../../../src/cli/logger.ts';
import { MemoryLog } from '../../../src/logs/index.ts';
import { EXECUTION_LABELS } from '../../../src/model/execution-labels.ts';
import { LIMITS } from '../../../src/model/limits.ts';
import { DEFAULT_ARN_SCOPE } from '../../../src/model/step-functions-arns.ts';
import { MemoryStore } from '../../../src/stores/index.ts';
import { type InvokerPorts, startEngine } from '../../../src/workers/index.ts';
import { effect } from '../calls.ts';

const START = 'arn:aws:states:::states:startExecution';
const MACHINE = (name: string) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}`;
const always = { type: 'always' };

/** A workflow of one task: its result is the output, its failure the run's. */
function ofTask(task: object) {
  return {
    triggers: [
      {
        id: 'first',
        activationEvents: [{ type: 'dev.tidegate.run.started' }],
        condition: always,
        actions: [{ type: 'task', ...task }],
      },
      {
        id: 'done',
        activationEvents: [{ type: 'dev.tidegate.task.succeeded' }],
        condition: always,
        actions: [{ type: 'complete', output: '${event.data}' }],
      },
      {
        id: 'failed',
        activationEvents: [{ type: 'dev.tidegate.task.failed' }],
        condition: always,
        actions: [{ type: 'fail', error: '${event.data.error}', cause: '${event.data.cause}' }],
      },
    ],
  };
}

async function tidegate(options: Parameters<typeof startTidegate>[0] = {}): Promise<Tidegate> {
  const made = await startTidegate({ dataDir: { memory: true }, logger: createLogger('silent'), ...options });
  onTestFinished(() => made.stop({ graceMs: 0 }));
  return made;
}

/** Runs a workflow of one task beside a child, `add-one`. */
async function outcomeOf(task: object, options: Parameters<typeof startTidegate>[0] = {}) {
  const { gateway } = await tidegate(options);
  const put = (name: string, definition: object) =>
    gateway.putWorkflow(name, { format: 'triggers', definition });
  const child = (action: object) => ({ triggers: [{ ...ofTask({}).triggers[0]!, actions: [action] }] });
  await put('add-one', child({ type: 'complete', output: { n: '${run.input.n + 1}' } }));
  await put('broken', child({ type: 'fail', error: 'Broken', cause: 'on purpose' }));
  await put('parent', ofTask(task));
  const { run } = await gateway.startRun('parent', { input: {} }, { waitMs: 30_000 });
  return { ...run, gateway };
}

describe('states:startExecution', () => {
  const given = { StateMachineArn: MACHINE('add-one'), Input: { n: 1 }, Name: 'first' };
  const details = {
    ExecutionArn: 'arn:aws:states:eu-west-1:123456789012:execution:add-one:first',
    InputDetails: { Included: true },
    Name: 'first',
    OutputDetails: { Included: true },
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    StartDate: expect.any(Number),
    StateMachineArn: MACHINE('add-one'),
    Status: 'SUCCEEDED',
    StopDate: expect.any(Number),
  };

  it('starts a run of the workflow that the ARN stands for, and does not wait', async () => {
    const { output, gateway } = await outcomeOf({ resource: START, arguments: given });
    expect(output).toEqual({
      ExecutionArn: details.ExecutionArn,
      SdkHttpMetadata: expect.any(Object),
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StartDate: expect.any(Number),
    });
    expect(await gateway.awaitEnd('add-one', 'first', 30_000)).toMatchObject({ output: { n: 2 } });
  });

  it('with .sync waits for the end; input and output are JSON text', async () => {
    const { output } = await outcomeOf({ resource: START, pattern: 'sync', arguments: given });
    expect(output).toEqual({ ...details, Input: '{"n":1}', Output: '{"n":2}' });
  });

  it('with .sync:2 they are JSON', async () => {
    const { output } = await outcomeOf({ resource: START, pattern: 'sync:2', arguments: given });
    expect(output).toEqual({ ...details, Input: { n: 1 }, Output: { n: 2 } });
  });

  it('takes input that is JSON text, gives the run a name, and an empty object where there is none', async () => {
    const named = { StateMachineArn: MACHINE('add-one'), Input: '{"n":5}' };
    const { output } = await outcomeOf({ resource: START, pattern: 'sync:2', arguments: named });
    expect(output).toMatchObject({ Output: { n: 6 }, Name: expect.stringMatching(/^\S{22}$/) });
  });

  it.each([{}, { Name: 'named' }])(
    'with .sync is stopped when nobody waits for it any more (%j)',
    async (named) => {
      const { gateway } = await tidegate();
      const put = (name: string, definition: object) =>
        gateway.putWorkflow(name, { format: 'triggers', definition });
      await put('patient', ofTask({ resource: 'arn:aws:states:us-east-1:123456789012:activity:nobody' }));
      const args = { StateMachineArn: MACHINE('patient'), ...named };
      await put('parent', ofTask({ resource: START, pattern: 'sync', arguments: args }));
      await gateway.startRun('parent', { id: 'p' });
      const statuses = async () =>
        (await gateway.listRuns({ workflow: 'patient' }, { limit: 10 })).items.map(({ status }) => status);
      await expect.poll(statuses, { timeout: 20_000 }).toEqual(['RUNNING']);
      await gateway.commandRun('parent', 'p', 'cancel');
      await expect.poll(statuses, { timeout: 20_000 }).toEqual(['CANCELLED']);
    },
  );

  it('fails with the end of an execution that failed', async () => {
    const broken = { StateMachineArn: MACHINE('broken'), Name: 'b' };
    const { status, error, cause } = await outcomeOf({ resource: START, pattern: 'sync', arguments: broken });
    expect([status, error]).toEqual(['FAILED', 'States.TaskFailed']);
    expect(JSON.parse(cause as string)).toMatchObject({
      Cause: 'on purpose',
      Error: 'Broken',
      ExecutionArn: 'arn:aws:states:eu-west-1:123456789012:execution:broken:b',
      Input: '{}',
      Status: 'FAILED',
    });
  });

  it('may be led to another workflow', async () => {
    const resources = { [MACHINE('Old*')]: { workflow: 'add-one' } };
    const old = { StateMachineArn: MACHINE('OldName'), Input: { n: 1 } };
    const { output } = await outcomeOf({ resource: START, pattern: 'sync:2', arguments: old }, { resources });
    expect(output).toMatchObject({ Output: { n: 2 }, StateMachineArn: MACHINE('OldName') });
  });

  it('names a machine that is not there, an input that is no JSON and a name that is taken', async () => {
    const nobody = await outcomeOf({ resource: START, arguments: { StateMachineArn: MACHINE('nobody') } });
    expect(nobody).toMatchObject({
      error: 'StepFunctions.StateMachineDoesNotExistException',
      cause: expect.stringMatching(
        /^State Machine Does Not Exist: 'arn:.*:nobody' \(Service: AWSStepFunctions; Status Code: 400;/,
      ),
    });
    const wrong = await outcomeOf({ resource: START, arguments: { ...given, Input: '{' } });
    expect(wrong.error).toBe('StepFunctions.InvalidExecutionInputException');
    const { gateway } = wrong;
    await gateway.startRun('add-one', { id: 'first', input: { n: 9 } }, { waitMs: 30_000 });
    await gateway.putWorkflow('again', {
      format: 'triggers',
      definition: ofTask({ resource: START, pattern: 'sync', arguments: given }),
    });
    const { run } = await gateway.startRun('again', {}, { waitMs: 30_000 });
    expect(run.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });
});

describe('a task with a token', () => {
  it('ends with what is reported', async () => {
    let token = '';
    const arrived = Promise.withResolvers<void>();
    const functions = {
      ask: (input: unknown) => {
        token = (input as { token: string }).token;
        arrived.resolve();
        return 'this is no result';
      },
    };
    const { gateway } = await tidegate({ functions, resources: { '*': { function: '{name}' } } });
    const task = {
      resource: 'arn:aws:states:::lambda:invoke',
      pattern: 'token',
      arguments: { FunctionName: 'ask', Payload: { token: TASK_TOKEN } },
    };
    await gateway.putWorkflow('parent', { format: 'triggers', definition: ofTask(task) });
    const { run } = await gateway.startRun('parent', {}, {});
    await arrived.promise;
    await gateway.callback(token, { kind: 'success', result: { approved: true } } as never);
    expect(await gateway.awaitEnd('parent', run.id, 30_000)).toMatchObject({
      status: 'SUCCEEDED',
      output: { approved: true },
    });
  });
});

describe('the children of a Map Run', () => {
  it('are found by their label, in the order of their items, as the service describes executions', async () => {
    const store = new MemoryStore({ partitions: 2, limits: LIMITS, now: Date.now });
    const log = new MemoryLog({ partitions: 2 });
    let ports: InvokerPorts | undefined;
    const invokers = (_: string, given: InvokerPorts) => {
      ports = given;
      return new Map<string, Invoker>();
    };
    const engine = await startEngine({ log, store, invokers });
    onTestFinished(() => engine.stop());
    const { gateway } = engine;
    const definition = {
      triggers: [
        {
          id: 'first',
          activationEvents: [{ type: 'dev.tidegate.run.started' }],
          condition: { type: 'expression', expression: 'run.input.good ? "good" : "bad"' },
          actions: {
            good: [{ type: 'complete', output: { n: '${run.input.n}' } }],
            bad: [{ type: 'fail', error: 'Bad', cause: 'so' }],
          },
        },
      ],
    };
    await gateway.putWorkflow('orders', { format: 'triggers', definition });
    const start = (id: string, mapRun: string, good: boolean, item?: number) => {
      const labels = {
        [EXECUTION_LABELS.mapRun]: mapRun,
        ...(item !== undefined && { [EXECUTION_LABELS.mapItem]: String(item) }),
      };
      return gateway.startRun('orders', { id, input: { n: id, good }, labels }, { waitMs: 30_000 });
    };
    await start('a', 'Map:1', true);
    await start('b', 'Map:1', false);
    await start('c', 'Map:2', true);
    const children = await ports!.executions.ofMapRun(
      effect('task', {}, { run: 'orders/none' }),
      'Map:1',
      DEFAULT_ARN_SCOPE,
    );
    const arn = 'arn:aws:states:us-east-1:123456789012';
    const times = { StartDate: expect.stringMatching(/Z$/), StopDate: expect.stringMatching(/Z$/) };
    expect(children.toSorted((one, other) => String(one.Name).localeCompare(String(other.Name)))).toEqual([
      {
        ExecutionArn: `${arn}:execution:orders/Map:a`,
        Input: '{"n":"a","good":true}',
        InputDetails: { Included: true },
        Name: 'a',
        Output: '{"n":"a"}',
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StateMachineArn: `${arn}:stateMachine:orders/Map`,
        Status: 'SUCCEEDED',
        ...times,
      },
      expect.objectContaining({ Name: 'b', Status: 'FAILED', Error: 'Bad', Cause: 'so', ...times }),
    ]);
    // In the order of the items, and of each the child that was started last.
    await start('late', 'Map:3', true, 10);
    await start('tried', 'Map:3', false, 9);
    await start('again', 'Map:3', true, 9);
    const task = effect('task', {}, { run: 'orders/none' });
    const items = await ports!.executions.ofMapRun(task, 'Map:3', DEFAULT_ARN_SCOPE);
    expect(items.map(({ Name }) => Name)).toEqual(['again', 'late']);
  });
});
