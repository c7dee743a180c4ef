import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../src/frontend/step-functions/operations/index.ts';
import { ECHO } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ activityPollMs: 0 });
  for (const [operation, body] of [
    ['CreateStateMachine', { name: 'm', definition: ECHO, roleArn: ROLE, publish: true }],
    ['CreateActivity', { name: 'a' }],
    ['StartExecution', { stateMachineArn: `${HERE}:stateMachine:m`, name: 'e' }],
  ] as const)
    expect((await call(operation, body)).status).toBe(200);
});
afterAll(() => service.close());

const call = (operation: string, body: unknown) =>
  service.call('POST', '/', JSON.stringify(body), { 'x-amz-target': `AWSStepFunctions.${operation}` });

const MEMBERS = [
  ...['stateMachineArn', 'executionArn', 'activityArn', 'mapRunArn', 'resourceArn', 'stateMachineAliasArn'],
  ...[
    'stateMachineVersionArn',
    'name',
    'definition',
    'roleArn',
    'input',
    'output',
    'type',
    'tags',
    'tagKeys',
  ],
  ...['nextToken', 'maxResults', 'statusFilter', 'redriveFilter', 'taskToken', 'error', 'cause', 'publish'],
  ...['routingConfiguration', 'description', 'versionDescription', 'revisionId', 'clientToken', 'mock'],
  ...['loggingConfiguration', 'tracingConfiguration', 'encryptionConfiguration', 'traceHeader', 'stateName'],
  ...['includedData', 'inspectionLevel', 'stateConfiguration', 'context', 'variables', 'severity', 'weight'],
];
const value = fc.oneof(
  fc.constantFrom(
    ...['', '{', '{}', '[]', ECHO, ROLE, HERE, 'm', 'a b', 'EXPRESS', 'RUNNING', 'W10', 'x'.repeat(300)],
    ...['m', 'm:1', 'm:2', 'm:alias', 'm/label', ''].map((rest) => `${HERE}:stateMachine:${rest}`),
    ...[`${HERE}:execution:m:e`, `${HERE}:express:m:e:1`, `${HERE}:mapRun:m/l:e-1`, `${HERE}:activity:a`],
    `${HERE}:stateMachine:\ud800`,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const body = fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 6 });

describe('any request', () => {
  it.each([...OPERATIONS.keys()])('of %s is answered, or refused by name', async (operation) => {
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        const { status, json } = await call(operation, given);
        expect([status, json.__type ?? '']).toEqual([
          expect.toSatisfy((code: number) => code === 200 || code === 400),
          expect.stringMatching(status === 200 ? /^$/ : /^com\.amazon[a-z0-9.]*#[A-Z]\w+$/),
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
