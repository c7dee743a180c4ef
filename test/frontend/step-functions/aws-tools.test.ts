import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { areAwsToolsHere, awsTools } from '../../servers/index.ts';
import { ECHO, WAIT } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

/** Each call is a process that loads all of the tool. */
const PATIENCE_MS = 300_000;
const SECRET = 'a/secret+of+the+tests';

describe.skipIf(!(await areAwsToolsHere()))(
  'the tools of AWS, as they are installed',
  { timeout: PATIENCE_MS },
  () => {
    let service: TestService;
    let environment: Readonly<Record<string, string>>;
    beforeAll(async () => {
      service = await startService({ keys: [`AKTOOLS:${SECRET}`] });
      environment = {
        AWS_ENDPOINT_URL: service.endpoint,
        AWS_ACCESS_KEY_ID: 'AKTOOLS',
        AWS_SECRET_ACCESS_KEY: SECRET,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      };
    });
    afterAll(() => service.close());

    const stepFunctions = async (...args: readonly string[]) => {
      const { aws } = await awsTools('');
      const printed = await aws(['stepfunctions', '--output', 'json', ...args], environment);
      return printed === '' ? undefined : JSON.parse(printed);
    };
    const create = (name: string, definition: string, type = 'STANDARD') =>
      stepFunctions(
        ...['create-state-machine', '--name', name, '--type', type],
        ...['--definition', definition, '--role-arn', ROLE],
      );

    it('the command line creates, starts, describes, lists, stops and deletes', async () => {
      const stateMachineArn = `${HERE}:stateMachine:by-cli`;
      const named = ['--state-machine-arn', stateMachineArn];
      expect(await create('by-cli', WAIT)).toMatchObject({ stateMachineArn });
      for (const name of ['one', 'two'])
        await stepFunctions('start-execution', ...named, '--name', name, '--input', '{"a": 1}');
      const listed = await stepFunctions('list-executions', ...named, '--page-size', '1');
      expect(listed.executions.map(({ name }: { name: string }) => name).sort()).toEqual(['one', 'two']);
      const execution = ['--execution-arn', `${HERE}:execution:by-cli:one`];
      const stopped = await stepFunctions(
        'stop-execution',
        ...execution,
        '--error',
        'Done',
        '--cause',
        'with it',
      );
      expect(stopped.stopDate).toBeGreaterThan(1_700_000_000);
      expect(await stepFunctions('describe-execution', ...execution)).toMatchObject({
        status: 'ABORTED',
        input: '{"a":1}',
        error: 'Done',
        cause: 'with it',
      });
      expect(await stepFunctions('describe-state-machine', ...named)).toMatchObject({ definition: WAIT });
      await stepFunctions('delete-state-machine', ...named);
      await expect(stepFunctions('describe-state-machine', ...named)).rejects.toThrow(
        /An error occurred \(StateMachineDoesNotExist\) when calling the DescribeStateMachine operation: State Machine Does Not Exist/,
      );
    });

    it('the command line waits for an express execution', async () => {
      const { stateMachineArn } = await create('express-by-cli', ECHO, 'EXPRESS');
      const named = ['--state-machine-arn', stateMachineArn];
      expect(await stepFunctions('start-sync-execution', ...named, '--input', '[1]')).toMatchObject({
        status: 'SUCCEEDED',
        output: '[1]',
      });
    });

    it('boto3 does as well', async () => {
      const text = `
import boto3, json
client = boto3.client("stepfunctions")
arn = client.create_state_machine(name="by-boto3", definition=${JSON.stringify(ECHO)}, roleArn="${ROLE}", type="EXPRESS")["stateMachineArn"]
answer = client.start_sync_execution(stateMachineArn=arn, input='{"b": 2}')
try:
    client.describe_activity(activityArn="${HERE}:activity:none")
except client.exceptions.ActivityDoesNotExist as error:
    missing = error.response["Error"]["Message"]
pages = client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 1})
names = [each["name"] for page in pages for each in page["stateMachines"]]
print(json.dumps({"status": answer["status"], "output": answer["output"], "missing": missing, "names": names}))
`;
      const { python } = await awsTools('');
      expect(JSON.parse(await python(text, environment))).toEqual({
        status: 'SUCCEEDED',
        output: '{"b":2}',
        missing: `Activity Does Not Exist: '${HERE}:activity:none'`,
        names: expect.arrayContaining(['by-boto3']),
      });
    });
  },
);
