/** What requests may say, as the service's own reference tells it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, FAIL, WAIT } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

const MACHINE = `${HERE}:stateMachine:m`;
const GROUP = {
  cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:x:*' },
};
let service: TestService;
beforeAll(async () => {
  service = await startService();
  expect((await create({ name: 'm' })).status).toBe(200);
});
afterAll(() => service.close());

const call = (operation: string, body: unknown) =>
  service.call('POST', '/', JSON.stringify(body), { 'x-amz-target': `AWSStepFunctions.${operation}` });
const create = (more: object) =>
  call('CreateStateMachine', { name: 'other', definition: ECHO, roleArn: ROLE, ...more });
const typeOf = ({ json }: { json: { __type?: string } }) => json.__type?.split('#')[1];

it.each([
  ['DescribeStateMachine', {}],
  ['StartExecution', {}],
  ['StartSyncExecution', {}],
  ['UpdateStateMachine', { definition: FAIL }],
  ['PublishStateMachineVersion', {}],
  ['ListExecutions', {}],
  ['DeleteStateMachine', {}],
])('%s takes no ARN of a Distributed Map state', async (operation, more) => {
  const refused = await call(operation, { stateMachineArn: `${MACHINE}/label`, ...more });
  expect([refused.status, typeOf(refused)]).toEqual([400, 'ValidationException']);
  expect((await call('DescribeStateMachine', { stateMachineArn: MACHINE })).json.definition).toBe(ECHO);
});

describe('a state machine is not created with', () => {
  it.each([
    ['a tag of a reserved key', { tags: [{ key: 'aws:x', value: '' }] }, 'ValidationException'],
    ['a tag with a sign that is none of a tag', { tags: [{ key: 'a*', value: '' }] }, 'ValidationException'],
    ['a key without a value that fits', { tags: [{ key: 'a', value: '<' }] }, 'ValidationException'],
    [
      'a key given twice',
      {
        tags: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
      'ValidationException',
    ],
    [
      'a key of its own that is not named',
      { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' } },
      'InvalidEncryptionConfiguration',
    ],
    [
      'a log destination that is none',
      { loggingConfiguration: { level: 'ALL', destinations: [{}] } },
      'InvalidLoggingConfiguration',
    ],
    [
      'two log destinations',
      { loggingConfiguration: { level: 'OFF', destinations: [GROUP, GROUP] } },
      'InvalidLoggingConfiguration',
    ],
    [
      'a text for a flag',
      { loggingConfiguration: { includeExecutionData: 'yes' } },
      'SerializationException',
    ],
  ])('%s', async (_, more, type) => {
    const refused = await create(more);
    expect([refused.status, typeOf(refused)]).toEqual([400, type]);
  });
});

it('tags may hold letters of any language, white space and some signs', async () => {
  const tags = [{ key: 'Größe 1_.:/=+-@', value: '大 きい' }];
  expect((await create({ name: 'tagged', tags })).status).toBe(200);
  const listed = await call('ListTagsForResource', { resourceArn: `${HERE}:stateMachine:tagged` });
  expect(listed.json.tags).toEqual(tags);
});

it('configurations are shown without what the service does not know', async () => {
  await create({
    name: 'configured',
    loggingConfiguration: { level: 'ERROR', destinations: [{ ...GROUP, more: 1 }], more: 2 },
    tracingConfiguration: { enabled: true, more: 3 },
    encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/k', more: 4 },
  });
  const { json } = await call('DescribeStateMachine', { stateMachineArn: `${HERE}:stateMachine:configured` });
  expect(json).toMatchObject({
    loggingConfiguration: { level: 'ERROR', includeExecutionData: false, destinations: [GROUP] },
    tracingConfiguration: { enabled: true },
    encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/k' },
  });
  expect(JSON.stringify(json)).not.toContain('more');
});

describe('a request to create is the same again', () => {
  it.each([
    ['with the same publication', { publish: true, versionDescription: 'd' }, 200],
    ['without a publication', {}, 400],
    ['with another description', { publish: true, versionDescription: 'e' }, 400],
    ['without a description', { publish: true }, 400],
  ])('%s', async (_, more, status) => {
    await create({ name: 'published', publish: true, versionDescription: 'd' });
    const again = await create({ name: 'published', ...more });
    expect(again.status).toBe(status);
    if (status === 200) expect(again.json.stateMachineVersionArn).toBe(`${HERE}:stateMachine:published:1`);
    else expect(typeOf(again)).toBe('StateMachineAlreadyExists');
  });
});

it('an input is measured in bytes', async () => {
  const input = (letter: string, count: number) => JSON.stringify(letter.repeat(count));
  const start = (text: string) => call('StartExecution', { stateMachineArn: MACHINE, input: text });
  expect((await start(input('x', 262_142))).status).toBe(200);
  expect((await start(input('é', 131_071))).status).toBe(200);
  expect((await start(input('é', 131_072))).json).toMatchObject({
    __type: 'com.amazon.coral.validate#ValidationException',
    message:
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
  });
});

it.each([
  [
    'CreateStateMachineAlias',
    { name: '1', routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }] },
    "Value '1' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
  ],
  [
    'RedriveExecution',
    { executionArn: `${HERE}:execution:m:e`, clientToken: 'a b' },
    "Value 'a b' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [!-~]+",
  ],
])('%s shows a pattern as the service does', async (operation, body, fault) => {
  expect((await call(operation, body)).json.message).toBe(`1 validation error detected: ${fault}`);
});

it('a Map Run that is not there has no executions to list', async () => {
  for (const mapRunArn of [`${HERE}:mapRun:m/label:none-1`, `${HERE}:mapRun:none/label:none-1`]) {
    const refused = await call('ListExecutions', { mapRunArn });
    expect(refused.json).toMatchObject({ resourceName: mapRunArn });
    expect(typeOf(refused)).toBe('ResourceNotFound');
  }
});

it('aliases are listed newest first', async () => {
  await create({ name: 'aliased', definition: WAIT, publish: true });
  const stateMachineVersionArn = `${HERE}:stateMachine:aliased:1`;
  const names = ['b', 'c', 'a'];
  for (const name of names) {
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    const made = await call('CreateStateMachineAlias', { name, routingConfiguration });
    // Creations within one millisecond are not told apart.
    await expect.poll(() => Date.now() / 1_000).toBeGreaterThan(made.json.creationDate);
  }
  const { json } = await call('ListStateMachineAliases', { stateMachineArn: `${HERE}:stateMachine:aliased` });
  const listed = json.stateMachineAliases as { stateMachineAliasArn: string }[];
  expect(listed.map(({ stateMachineAliasArn }) => stateMachineAliasArn.split(':').at(-1))).toEqual(
    names.toReversed(),
  );
});

it('an EXPRESS execution is billed for a tenth of a second at least', async () => {
  const { json } = await create({ name: 'quick', type: 'EXPRESS' });
  const told = await call('StartSyncExecution', { stateMachineArn: json.stateMachineArn });
  expect(told.json.billingDetails.billedDurationInMilliseconds).toBeGreaterThanOrEqual(100);
});
