import { TestStateCommand, type TestStateCommandInput } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EffectError } from '../../../src/actions/index.ts';
import { ROLE, startService, type TestService } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({
    performTask: async ({ request }) => {
      const { resource, arguments: given } = request as { resource: string; arguments: unknown };
      if (resource.endsWith(':refuse'))
        throw new EffectError({ code: 'Refused', message: 'no', retryable: false });
      return { given };
    },
  });
});
afterAll(() => service.close());

const test = (input: TestStateCommandInput) => service.client.send(new TestStateCommand(input));
const task = (name: string) =>
  JSON.stringify({
    Type: 'Task',
    Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    Next: 'Then',
  });

describe('TestState, over the service’s own client', () => {
  it('runs a state and says what became of its data', async () => {
    const definition = JSON.stringify({ Type: 'Pass', InputPath: '$.a', ResultPath: '$.b', Next: 'Then' });
    const told = await test({
      definition,
      input: '{"a": {"x": 1}}',
      inspectionLevel: 'DEBUG',
      roleArn: ROLE,
    });
    expect(told).toMatchObject({
      status: 'SUCCEEDED',
      nextState: 'Then',
      output: '{"a":{"x":1},"b":{"x":1}}',
      inspectionData: { input: '{"a": {"x": 1}}', afterInputPath: '{"x":1}' },
    });
  });

  it('makes the call of a Task that is not mocked', async () => {
    expect(await test({ definition: task('give'), input: '{"x": 1}' })).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"given":{"x":1}}',
    });
    expect(await test({ definition: task('refuse') })).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: 'no',
    });
  });

  it('takes a mock instead', async () => {
    const mock = { errorOutput: { error: 'Mine', cause: 'because' } };
    expect(await test({ definition: task('give'), mock })).toMatchObject({
      status: 'FAILED',
      error: 'Mine',
      cause: 'because',
    });
  });

  it('tells where the installation says that it is', async () => {
    const definition =
      '{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.context %}", "End": true}';
    const { output } = await test({ definition, roleArn: ROLE });
    expect(JSON.parse(output!)).toMatchObject({
      Execution: {
        Id: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:express:/),
        RoleArn: ROLE,
      },
      State: { Name: 'StateName' },
    });
  });

  it.each<[string, TestStateCommandInput, string, string]>([
    [
      'a definition with a fault',
      { definition: '{"Type": "Pas"}' },
      'InvalidDefinition',
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values",
    ],
    ['input that is no JSON', { definition: task('give'), input: '{' }, 'InvalidExecutionInput', 'Input'],
    [
      'a state that is not there',
      { definition: `{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`, stateName: 'B' },
      'ValidationException',
      'State not found in definition',
    ],
    [
      'an empty name of a state',
      { definition: task('give'), stateName: '' },
      'ValidationException',
      "Value at 'stateName' failed to satisfy constraint",
    ],
  ])('refuses %s', async (_, input, name, message) => {
    await expect(test(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });
});
