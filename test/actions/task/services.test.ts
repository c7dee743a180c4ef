import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, TASK_TOKEN, verifyCallback } from '../../../src/actions/index.ts';
import { isMotoHere, type MotoServer, startMoto } from '../../servers/index.ts';
import { CALLBACK_KEY, leadSdkTo, tasks } from './tasks.ts';

const states = (rest: string) => `arn:aws:states:::${rest}`;
const METADATA = {
  SdkHttpMetadata: {
    AllHttpHeaders: expect.any(Object),
    HttpHeaders: expect.any(Object),
    HttpStatusCode: 200,
  },
  SdkResponseMetadata: { RequestId: expect.any(String) },
};

describe.skipIf(!(await isMotoHere()))('AWS services', () => {
  let moto: MotoServer;
  let queue: SQSClient;
  let QueueUrl: string;
  let TopicArn: string;

  beforeAll(async () => {
    moto = await startMoto();
    leadSdkTo({ AWS_ENDPOINT_URL: moto.url });
    queue = new SQSClient({});
  });
  afterAll(async () => {
    queue.destroy();
    await moto.stop();
  });

  const received = async () => {
    const { Messages = [] } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body }) => Body);
  };

  describe('aws-sdk', () => {
    it('calls any action by its name in an ARN, and names members as Step Functions does', async () => {
      const { run } = tasks();
      const made = (await run(states('aws-sdk:sqs:createQueue'), { QueueName: 'orders' })) as {
        QueueUrl: string;
      };
      QueueUrl = made.QueueUrl;
      expect(made).toEqual({ QueueUrl: expect.stringMatching(/\/orders$/) });
      const topic = (await run(states('aws-sdk:sns:createTopic'), { Name: 'news' })) as { TopicArn: string };
      TopicArn = topic.TopicArn;
      const attributes = { QueueUrl, AttributeNames: ['All'] };
      const { Attributes } = (await run(states('aws-sdk:sqs:getQueueAttributes'), attributes)) as {
        Attributes: Record<string, string>;
      };
      // Keys of a map are data: their case stays.
      expect(Attributes).toHaveProperty('ApproximateNumberOfMessages', '0');
      const { QueueArn } = Attributes;
      await run(states('aws-sdk:sns:subscribe'), { TopicArn, Protocol: 'sqs', Endpoint: QueueArn });
    });

    it('finds members of APIs that write them with a small letter, and turns times into texts', async () => {
      const { run } = tasks();
      const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
      const machine = { Name: 'm', RoleArn: 'arn:aws:iam::123456789012:role/r', Definition: definition };
      const made = await run(states('aws-sdk:sfn:createStateMachine'), machine);
      expect(made).toEqual({
        StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
        CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
      });
    });

    it('writes objects from text and reads them as text', async () => {
      const { run, fail } = tasks();
      await run(states('aws-sdk:s3:createBucket'), { Bucket: 'bucket' });
      const put = await run(states('aws-sdk:s3:putObject'), {
        Bucket: 'bucket',
        Key: 'a b/ü',
        Body: 'text ü',
      });
      expect(put).toMatchObject({ ETag: expect.any(String) });
      expect(await run(states('aws-sdk:s3:getObject'), { Bucket: 'bucket', Key: 'a b/ü' })).toMatchObject({
        Body: 'text ü',
        ContentLength: 7,
        ETag: expect.any(String),
        LastModified: expect.stringMatching(/Z$/),
      });
      await run(states('aws-sdk:s3:putObject'), { Bucket: 'bucket', Key: 'json', Body: { a: [1] } });
      expect(await run(states('aws-sdk:s3:getObject'), { Bucket: 'bucket', Key: 'json' })).toMatchObject({
        Body: '{"a":[1]}',
      });
      const listed = await run(states('aws-sdk:s3:listObjectsV2'), { Bucket: 'bucket' });
      expect(listed).toMatchObject({ Contents: [{ Key: 'a b/ü', Size: 7 }, { Key: 'json' }], KeyCount: 2 });
      const missing = await fail(states('aws-sdk:s3:getObject'), { Bucket: 'bucket', Key: 'nothing' });
      expect(missing.code).toBe('S3.NoSuchKeyException');
      expect(missing.message).toMatch(
        /^The specified key does not exist\. \(Service: S3, Status Code: 404, Request ID: /,
      );
      await run(states('aws-sdk:s3:putObject'), {
        Bucket: 'bucket',
        Key: 'large',
        Body: 'x'.repeat(300_000),
      });
      expect(await fail(states('aws-sdk:s3:getObject'), { Bucket: 'bucket', Key: 'large' })).toMatchObject({
        code: 'States.DataLimitExceeded',
        message: expect.stringContaining("'aws-sdk:s3'"),
      });
    });

    it('names an error without a type of its own for the service', async () => {
      const { code } = await tasks().fail(states('aws-sdk:dynamodb:putItem'), {
        TableName: 'things',
        Item: {},
      });
      expect(code).toMatch(/^DynamoDb\.(ResourceNotFoundException|DynamoDbException)$/);
    });

    it('guards a call that the API can tell repeats of with the id of the effect', async () => {
      const { aws, run } = tasks();
      const inputs: unknown[] = [];
      const call: typeof aws.call = (what, inputOf) =>
        aws.call(what, (shapes) => {
          inputs.push(inputOf(shapes));
          return inputs.at(-1);
        });
      const watched = tasks({ aws: { ...aws, call } });
      await run(states('aws-sdk:dynamodb:createTable'), {
        TableName: 'things',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      const write = {
        TransactItems: [{ Put: { TableName: 'things', Item: { Id: { S: 'no' }, id: { S: 't' } } } }],
      };
      await watched.run(states('aws-sdk:dynamodb:transactWriteItems'), write);
      await watched.run(states('aws-sdk:dynamodb:transactWriteItems'), write);
      const tokens = inputs.map((input) => (input as { ClientRequestToken: string }).ClientRequestToken);
      expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(tokens[1]).toBe(tokens[0]);
      const own = { ...write, ClientRequestToken: 'my own' };
      await watched.run(states('aws-sdk:dynamodb:transactWriteItems'), own);
      expect(inputs.at(-1)).toMatchObject({ ClientRequestToken: 'my own' });
    });

    it('says which package to install where the client is missing, and which action there is not', async () => {
      const { fail } = tasks();
      expect(await fail(states('aws-sdk:secretsmanager:listSecrets'), {})).toMatchObject({
        code: 'AWS_CLIENT_MISSING',
        message: expect.stringContaining('npm install @aws-sdk/client-secrets-manager'),
        retryable: false,
      });
      expect(await fail(states('aws-sdk:kms:encrypt'), {})).toMatchObject({
        message: expect.stringContaining('@aws-sdk/client-kms'),
      });
      expect(await fail(states('aws-sdk:s3:fly'), {})).toMatchObject({
        code: 'ACTION_FAILED',
        message: '@aws-sdk/client-s3 has no action "fly"',
      });
    });
  });

  describe('dynamodb', () => {
    const item = {
      id: { S: '1' },
      count: { N: '2' },
      flag: { BOOL: true },
      none: { NULL: true },
      tags: { SS: ['a'] },
    };

    it('writes, reads, changes and deletes items, with what the transport said', async () => {
      const { run } = tasks();
      const Key = { id: { S: '1' } };
      expect(await run(states('dynamodb:putItem'), { TableName: 'things', Item: item })).toEqual(METADATA);
      expect(await run(states('dynamodb:getItem'), { TableName: 'things', Key })).toEqual({
        Item: item,
        ...METADATA,
      });
      const update = {
        TableName: 'things',
        Key,
        UpdateExpression: 'SET #c = :c',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':c': { N: '3' } },
        ReturnValues: 'UPDATED_NEW',
      };
      expect(await run(states('dynamodb:updateItem'), update)).toMatchObject({
        Attributes: { count: { N: '3' } },
        ...METADATA,
      });
      expect(await run(states('dynamodb:deleteItem'), { TableName: 'things', Key })).toEqual(METADATA);
      expect(await run(states('dynamodb:getItem'), { TableName: 'things', Key })).toEqual(METADATA);
    });

    it('names errors as the service does', async () => {
      const put = { TableName: 'things', Item: item, ConditionExpression: 'attribute_not_exists(id)' };
      await tasks().run(states('dynamodb:putItem'), put);
      const { code, message } = await tasks().fail(states('dynamodb:putItem'), put);
      expect(code).toBe('DynamoDB.ConditionalCheckFailedException');
      expect(message).toMatch(
        /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: /,
      );
      const missing = { TableName: 'nowhere', Key: { id: { S: '1' } } };
      expect((await tasks().fail(states('dynamodb:getItem'), missing)).code).toBe(
        'DynamoDB.ResourceNotFoundException',
      );
    });
  });

  describe('sqs and sns', () => {
    it('send texts as they are and anything else as JSON', async () => {
      const { run } = tasks();
      const sent = await run(states('sqs:sendMessage'), { QueueUrl, MessageBody: 'text' });
      expect(sent).toEqual({
        MD5OfMessageBody: expect.any(String),
        MessageId: expect.any(String),
        ...METADATA,
      });
      await run(states('sqs:sendMessage'), { QueueUrl, MessageBody: { a: 1 } });
      expect((await received()).toSorted()).toEqual(['text', '{"a":1}'].toSorted());
      const published = await run(states('sns:publish'), { TopicArn, Message: { message: 'ü' } });
      expect(published).toEqual({ MessageId: expect.any(String), ...METADATA });
      const [body] = await received();
      expect(JSON.parse(body!)).toMatchObject({ TopicArn, Message: '{"message":"ü"}' });
    });

    it('carry a token, and await the report', async () => {
      const MessageBody = { Message: 'do it', TaskToken: TASK_TOKEN };
      const { run } = tasks();
      expect(await run(states('sqs:sendMessage'), { QueueUrl, MessageBody }, { pattern: 'token' })).toBe(
        ACCEPTED,
      );
      const [body] = await received();
      const { TaskToken } = JSON.parse(body!) as { TaskToken: string };
      expect(verifyCallback(CALLBACK_KEY, TaskToken).run).toBe('orders/run-1');
      expect(TaskToken.length).toBeLessThanOrEqual(1_024);
    });

    it('name errors as the service does', async () => {
      const { fail } = tasks();
      const gone = await fail(states('sqs:sendMessage'), { QueueUrl: `${QueueUrl}-gone`, MessageBody: 'x' });
      expect(gone.code).toMatch(/^SQS\.(QueueDoesNotExistException|AmazonSQSException)$/);
      expect(gone.message).toMatch(/\(Service: AmazonSQS; Status Code: 400; Error Code: /);
      const nobody = await fail(states('sns:publish'), { TopicArn: `${TopicArn}-gone`, Message: 'x' });
      expect(nobody.code).toBe('SNS.NotFoundException');
    });
  });

  describe('events', () => {
    it('puts entries, details as JSON, and says where they come from', async () => {
      const { aws } = tasks();
      let input: unknown;
      const call: typeof aws.call = (what, inputOf) =>
        aws.call(what, (shapes) => {
          input = inputOf(shapes);
          return input;
        });
      const watched = tasks({ aws: { ...aws, call } });
      const Entries = [{ Source: 'shop', DetailType: 'paid', Detail: { order: 7 }, EventBusName: 'default' }];
      expect(await watched.run(states('events:putEvents'), { Entries })).toEqual({
        Entries: [{ EventId: expect.any(String) }],
        FailedEntryCount: 0,
        ...METADATA,
      });
      const arn = 'arn:aws:states:us-east-1:123456789012';
      const Resources = [`${arn}:execution:orders:run-1`, `${arn}:stateMachine:orders`];
      expect(input).toMatchObject({ Entries: [{ Detail: '{"order":7}', Resources }] });
    });

    it('fails where an entry was refused', async () => {
      const Entries = [{ Source: 'shop', DetailType: 'paid', Detail: 'no JSON' }];
      const { code, message } = await tasks().fail(states('events:putEvents'), { Entries });
      expect(code).toBe('EventBridge.FailedEntry');
      expect(JSON.parse(message)).toMatchObject({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'MalformedDetail' }],
      });
    });
  });

  it('the queue is empty at the end: nothing was sent twice', async () => {
    const asked = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    const { Attributes } = await queue.send(asked);
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
  });
});
