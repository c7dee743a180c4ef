import { describe, expect, it } from 'vitest';
import { loadSdk, type SdkPackages } from '../../../src/actions/task/aws-module.ts';
import { errorPrefixOf, memberNameOf } from '../../../src/actions/task/aws-names.ts';

it.each([
  ['SFN', 'Sfn'],
  ['DynamoDB', 'DynamoDb'],
  ['DynamoDB Streams', 'DynamoDbStreams'],
  ['S3', 'S3'],
  ['Secrets Manager', 'SecretsManager'],
  ['CloudWatch Logs', 'CloudWatchLogs'],
  ['EventBridge', 'EventBridge'],
  ['IoT Data Plane', 'IotDataPlane'],
  ['SESv2', 'SesV2'],
  ['WAFV2', 'Wafv2'],
  ['EC2', 'Ec2'],
  ['Route 53', 'Route53'],
  ['ElastiCache', 'ElastiCache'],
])('errors of the service %s begin with %s', (serviceId, prefix) => {
  expect(errorPrefixOf(serviceId)).toBe(prefix);
});

it.each([
  ['stateMachineArn', 'StateMachineArn'],
  ['ETag', 'ETag'],
  ['BOOL', 'Bool'],
  ['NULL', 'Nul'],
  ['SS', 'Ss'],
  ['S', 'S'],
  ['SSEKMSKeyId', 'SsekmsKeyId'],
  ['MD5OfMessageBody', 'Md5OfMessageBody'],
  ['VPCId', 'VpcId'],
  ['Contents', 'Contents'],
])('the member %s is written %s', (name, written) => {
  expect(memberNameOf(name)).toBe(written);
});

describe('the package of a service', () => {
  const packages = (names: readonly string[]): SdkPackages => ({
    installed: async () => names,
    async load(name) {
      if (!names.includes(name)) throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
      return { ThingClient: class {}, DoThingCommand: class {} };
    },
  });

  it.each([
    ['cognitoidentityprovider', '@aws-sdk/client-cognito-identity-provider'],
    ['config', '@aws-sdk/client-config-service'],
    ['stepfunctions', '@aws-sdk/client-sfn'],
    ['s3', '@aws-sdk/client-s3'],
  ])('of %s is %s', async (service, name) => {
    const others = ['@aws-sdk/client-s3-control', '@aws-sdk/client-cognito-identity'];
    expect((await loadSdk(service, packages([...others, name]))).name).toBe(name);
    const missing = loadSdk(service, packages(others));
    await expect(missing).rejects.toMatchObject({
      failure: {
        code: 'AWS_CLIENT_MISSING',
        message: expect.stringMatching(new RegExp(`npm install ${name}$`)),
      },
    });
  });

  it('has commands by the names of actions', async () => {
    const module = await loadSdk('s3', packages(['@aws-sdk/client-s3']));
    expect(module.makeCommand('doThing', {})).toBeDefined();
    expect(module.makeCommand('undoThing', {})).toBeUndefined();
  });
});
