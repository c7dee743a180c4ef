import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, FAIL, WAIT } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function create(
  name: string,
  more: Partial<ConstructorParameters<typeof CreateStateMachineCommand>[0]> = {},
) {
  return service.client.send(
    new CreateStateMachineCommand({ name, definition: ECHO, roleArn: ROLE, ...more }),
  );
}
const describeMachine = (stateMachineArn: string) =>
  service.client.send(new DescribeStateMachineCommand({ stateMachineArn }));

describe('a state machine', () => {
  it('is created once, described as it was given, updated and deleted', async () => {
    const definition = JSON.stringify(JSON.parse(ECHO), null, 3);
    const created = await create('orders', { definition, tags: [{ key: 'team', value: 'a' }] });
    expect(created.stateMachineArn).toBe(`${HERE}:stateMachine:orders`);
    expect(created.creationDate).toBeInstanceOf(Date);
    // The same again is the same; role and tags do not count.
    const again = await create('orders', { definition, roleArn: `${ROLE}-2` });
    expect(again.creationDate).toEqual(created.creationDate);
    await expect(create('orders', { definition: WAIT })).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${HERE}:stateMachine:orders'`,
    });
    await expect(create('orders', { definition, type: 'EXPRESS' })).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });
    const described = await describeMachine(created.stateMachineArn!);
    expect(described).toMatchObject({
      name: 'orders',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition,
      roleArn: ROLE,
      creationDate: created.creationDate,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    expect(described.revisionId).toBeUndefined();

    const updated = await service.client.send(
      new UpdateStateMachineCommand({ stateMachineArn: created.stateMachineArn, definition: WAIT }),
    );
    expect(updated.revisionId).toMatch(/^[0-9a-f-]{36}$/);
    const now = await describeMachine(created.stateMachineArn!);
    expect(now).toMatchObject({ definition: WAIT, roleArn: ROLE, revisionId: updated.revisionId });

    const remove = new DeleteStateMachineCommand({ stateMachineArn: created.stateMachineArn });
    await service.client.send(remove);
    await service.client.send(remove);
    await expect(describeMachine(created.stateMachineArn!)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${created.stateMachineArn}'`,
    });
    await create('orders', { definition: FAIL });
    const tags = await service.client.send(
      new ListTagsForResourceCommand({ resourceArn: created.stateMachineArn }),
    );
    expect(tags.tags).toEqual([]);
  });

  it('may have a name that no workflow may have', async () => {
    const { stateMachineArn } = await create("l'été");
    expect(stateMachineArn).toBe(`${HERE}:stateMachine:l'été`);
    expect(await describeMachine(stateMachineArn!)).toMatchObject({ name: "l'été" });
    const { json } = await service.call('GET', '/v1/workflows/l.x27.xe9t.xe9');
    expect(json.format).toBe('asl');
  });

  it('is gone with all that belongs to it when its workflow is deleted', async () => {
    const { stateMachineVersionArn } = await create('both-ways', { type: 'EXPRESS', publish: true });
    expect(stateMachineVersionArn).toBe(`${HERE}:stateMachine:both-ways:1`);
    expect((await service.call('DELETE', '/v1/workflows/both-ways')).status).toBe(204);
    const again = await create('both-ways', { definition: FAIL });
    await expect(describeMachine(stateMachineVersionArn!)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    expect(await describeMachine(again.stateMachineArn!)).toMatchObject({
      type: 'STANDARD',
      definition: FAIL,
    });
  });

  it('is what a workflow of the format is, however it was registered', async () => {
    await service.call('PUT', '/v1/workflows/registered', { format: 'asl', definition: JSON.parse(ECHO) });
    await service.call('PUT', '/v1/workflows/other', {
      format: 'dag',
      definition: { tasks: [{ id: 'a', action: { type: 'set', values: { done: true } } }] },
    });
    const described = await describeMachine(`${HERE}:stateMachine:registered`);
    expect(described).toMatchObject({ type: 'STANDARD', definition: ECHO });
    const { stateMachines } = await service.client.send(new ListStateMachinesCommand({}));
    const names = stateMachines?.map(({ name }) => name);
    expect(names).toContain('registered');
    expect(names).not.toContain('other');
  });

  it('is listed page by page', async () => {
    for (const name of ['page-1', 'page-2', 'page-3', 'page-4', 'page-5']) await create(name);
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await service.client.send(new ListStateMachinesCommand({ maxResults: 2, nextToken }));
      expect(page.stateMachines!.length).toBeLessThanOrEqual(2);
      found.push(...page.stateMachines!.map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(['page-1', 'page-5']));
    await expect(
      service.client.send(new ListStateMachinesCommand({ nextToken: 'bm9uZQ' })),
    ).rejects.toMatchObject({ name: 'InvalidToken', message: "Invalid Token: 'Invalid token'" });
  });

  it.each([
    ['a name with a space', { name: 'a b' }, 'InvalidName', "Invalid Name: 'a b'"],
    ['a role that is none', { roleArn: 'me' }, 'InvalidArn', "Invalid Role Arn: 'me'"],
    [
      'a description without publish',
      { versionDescription: 'x' },
      'ValidationException',
      'Version description can only be set when publish is true',
    ],
    [
      'logging to nowhere',
      { loggingConfiguration: { level: 'ALL' as const } },
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    [
      'an unknown type and a long name',
      { name: 'x'.repeat(81), type: 'FAST' as 'EXPRESS' },
      'ValidationException',
      `2 validation errors detected: Value '${'x'.repeat(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80; Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]`,
    ],
    [
      'no name',
      { name: undefined },
      'ValidationException',
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
  ])('is refused for %s', async (_, more, name, message) => {
    await expect(create('refused', more)).rejects.toMatchObject({ name, message });
  });

  it.each(['not a definition', '[]', '{"StartAt": "A"}'])(
    'is refused for the definition %s',
    async (definition) => {
      const refused = create('refused', { definition });
      await expect(refused).rejects.toMatchObject({ name: 'InvalidDefinition' });
      await expect(refused).rejects.toThrow(/^Invalid State Machine Definition: '[A-Z_]+: /);
      const { result, diagnostics } = await service.client.send(
        new ValidateStateMachineDefinitionCommand({ definition }),
      );
      expect(result).toBe('FAIL');
      expect(diagnostics?.[0]).toMatchObject({ severity: 'ERROR', code: expect.any(String) });
      const fine = new ValidateStateMachineDefinitionCommand({ definition: ECHO });
      expect(await service.client.send(fine)).toMatchObject({ result: 'OK', diagnostics: [] });
    },
  );

  it('is not updated to nothing, nor where it is not', async () => {
    const { stateMachineArn } = await create('still');
    await expect(
      service.client.send(new UpdateStateMachineCommand({ stateMachineArn })),
    ).rejects.toMatchObject({ name: 'MissingRequiredParameter' });
    for (const [arn, name] of [
      [`${HERE}:stateMachine:nowhere`, 'StateMachineDoesNotExist'],
      ['arn:aws:states:eu-west-1:123456789012:stateMachine:still', 'StateMachineDoesNotExist'],
      [`${HERE}:activity:still`, 'InvalidArn'],
      ['still', 'InvalidArn'],
    ] as const) {
      const update = new UpdateStateMachineCommand({ stateMachineArn: arn, roleArn: ROLE });
      await expect(service.client.send(update)).rejects.toMatchObject({ name });
    }
  });

  it('has tags', async () => {
    const { stateMachineArn: resourceArn } = await create('tagged', { tags: [{ key: 'a', value: '1' }] });
    await service.client.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { key: 'b', value: '2' },
          { key: 'a', value: '3' },
        ],
      }),
    );
    const list = () => service.client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect((await list()).tags).toEqual([
      { key: 'a', value: '3' },
      { key: 'b', value: '2' },
    ]);
    await service.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'c'] }));
    expect((await list()).tags).toEqual([{ key: 'b', value: '2' }]);
    const many = Array.from({ length: 51 }, (_, i) => ({ key: `${i}`, value: '' }));
    await expect(
      service.client.send(new TagResourceCommand({ resourceArn, tags: many })),
    ).rejects.toMatchObject({ name: 'TooManyTags', resourceName: resourceArn });
    await expect(
      service.client.send(new ListTagsForResourceCommand({ resourceArn: `${HERE}:stateMachine:nowhere` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('is made once by many at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => create('at-once')));
    expect(new Set(made.map(({ stateMachineArn }) => stateMachineArn)).size).toBe(1);
    const { json } = await service.call('GET', '/v1/workflows/at-once/versions');
    expect(json.items).toEqual([1]);
  });
});
