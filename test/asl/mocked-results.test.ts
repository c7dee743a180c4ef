/** What a state may be tested with in place of its work, beyond what was recorded on the service. */
import { describe, expect, it } from 'vitest';
import { type TestStateRequest, testState } from '../../src/compilers/asl/test-state/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

async function came(state: object, result: unknown, given: Partial<TestStateRequest> = {}) {
  const told = await testState(
    {
      definition: JSON.stringify(state),
      inspectionLevel: 'DEBUG',
      ...given,
      mock: { ...given.mock, result: JSON.stringify(result) },
    },
    { limits: LIMITS, now: 0 },
  );
  return 'refused' in told ? told.refused.message : told.answer;
}

const task = (integration: string) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${integration}`,
  Parameters: {},
  End: true,
});
const SCHEMA = 'Mock result schema validation error: ';

describe('a result of a service whose SDK client is not installed', () => {
  it.each<[string, unknown, string]>([
    ['kms:encrypt', { CiphertextBlob: 1 }, "Field 'CiphertextBlob' must be a string"],
    ['kms:verify', { SignatureValid: 'yes' }, "Field 'SignatureValid' must be a boolean"],
    ['secretsmanager:getSecretValue', { VersionStages: 'x' }, "Field 'VersionStages' must be an array"],
    ['ssm:getParameter', { Parameter: { Version: '1' } }, "Field 'Version' must be a number"],
    ['sts:assumeRole', { Credentials: {} }, "Required field 'AccessKeyId' is missing"],
  ])('of %s is held to what its API answers', async (operation, result, fault) => {
    const state = task(`aws-sdk:${operation}`);
    expect(await came(state, result)).toBe(SCHEMA + fault);
    expect(await came(state, result, { mock: { fieldValidationMode: 'NONE' } })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  it.each([
    ['kms:encrypt', { CiphertextBlob: 'AQID', KeyId: 'k', Later: 1 }],
    ['ecs:runTask', { Tasks: 'any' }],
  ])('of %s may be this', async (operation, result) => {
    expect(await came(task(`aws-sdk:${operation}`), result)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('the result of an execution that was waited for', () => {
  it.each(['.sync', '.sync:2'])('has the types of DescribeExecution: %s', async (pattern) => {
    const state = task(`states:startExecution${pattern}`);
    expect(await came(state, { Output: { a: 1 } })).toBe(`${SCHEMA}Field 'Output' must be a string`);
    expect(await came(state, { Output: '{}', StopDate: 1 })).toBe(
      `${SCHEMA}Field 'StopDate' must be a string`,
    );
    expect(await came(state, { Output: '{}' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await came(state, 'text')).toBe(`${SCHEMA}The result must be an object`);
  });

  it('may be anything where it is reported with a token', async () => {
    const state = task('states:startExecution.waitForTaskToken');
    expect(await came(state, { Output: { a: 1 } })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a distributed Map', () => {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Item',
    States: { Item: { Type: 'Pass', End: true } },
  };
  const map = { Type: 'Map', ItemProcessor, End: true };
  const reading = {
    ...map,
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON', ItemsPointer: '/in/items' },
      Parameters: { Bucket: 'b', Key: 'k' },
    },
  };

  it('shows where the pointer of its reader led', async () => {
    const mapItemReaderData = '{"in": {"items": [1, 2]}}';
    expect(await came(reading, [3, 4], { stateConfiguration: { mapItemReaderData } })).toMatchObject({
      inspectionData: { afterItemsPointer: '[1,2]' },
    });
  });

  it('cannot lose more items than it has, be it none', async () => {
    const stateConfiguration = { mapIterationFailureCount: 1 };
    expect(await came(map, [], { input: '[]', stateConfiguration })).toBe(
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
    expect(await came(reading, [], { stateConfiguration })).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });
});
