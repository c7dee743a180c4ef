import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, FAIL, WAIT } from './definitions.ts';
import { HERE, ROLE, startService, type TestService } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const arn = `${HERE}:stateMachine:versioned`;
const publish = (more: object = {}) =>
  service.client.send(new PublishStateMachineVersionCommand({ stateMachineArn: arn, ...more }));
const describeMachine = (stateMachineArn: string) =>
  service.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
const update = (more: object) =>
  service.client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, ...more }));
const alias = (name: string, routes: readonly [version: number, weight: number][], more: object = {}) =>
  service.client.send(
    new CreateStateMachineAliasCommand({
      name,
      routingConfiguration: routes.map(([version, weight]) => ({
        stateMachineVersionArn: `${arn}:${version}`,
        weight,
      })),
      ...more,
    }),
  );

describe('versions', () => {
  it('keep what the machine was when they were published', async () => {
    const created = await service.client.send(
      new CreateStateMachineCommand({
        name: 'versioned',
        definition: ECHO,
        roleArn: ROLE,
        publish: true,
        versionDescription: 'the first',
      }),
    );
    expect(created.stateMachineVersionArn).toBe(`${arn}:1`);
    // Of one revision there is one version.
    expect(await publish()).toMatchObject({ stateMachineVersionArn: `${arn}:1` });
    expect(await publish({ description: 'the first' })).toMatchObject({ stateMachineVersionArn: `${arn}:1` });
    await expect(publish({ description: 'another' })).rejects.toMatchObject({ name: 'ConflictException' });

    const updated = await update({ definition: FAIL, roleArn: `${ROLE}-2`, publish: true });
    expect(updated.stateMachineVersionArn).toBe(`${arn}:2`);
    expect(await describeMachine(`${arn}:1`)).toMatchObject({
      stateMachineArn: `${arn}:1`,
      name: 'versioned',
      definition: ECHO,
      roleArn: ROLE,
      description: 'the first',
    });
    expect(await describeMachine(`${arn}:2`)).toMatchObject({
      definition: FAIL,
      roleArn: `${ROLE}-2`,
      revisionId: updated.revisionId,
    });

    await update({ definition: WAIT });
    await expect(publish({ revisionId: updated.revisionId })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    const { revisionId } = await describeMachine(arn);
    expect(await publish({ revisionId })).toMatchObject({ stateMachineVersionArn: `${arn}:3` });
    const { stateMachineVersions } = await service.client.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: arn }),
    );
    expect(stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([
      `${arn}:3`,
      `${arn}:2`,
      `${arn}:1`,
    ]);
  });

  it('are what executions are started with', async () => {
    const { executionArn } = await service.client.send(
      new StartExecutionCommand({ stateMachineArn: `${arn}:1`, name: 'of-1', input: '[1]' }),
    );
    expect(executionArn).toBe(`${HERE}:execution:versioned:of-1`);
    await service.engine.gateway.awaitEnd('versioned', 'of-1', 30_000);
    expect(await service.client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'SUCCEEDED',
      stateMachineArn: arn,
      stateMachineVersionArn: `${arn}:1`,
      output: '[1]',
    });
    const { executions } = await service.client.send(
      new ListExecutionsCommand({ stateMachineArn: `${arn}:1` }),
    );
    expect(executions).toEqual([expect.objectContaining({ name: 'of-1' })]);
  });
});

describe('aliases', () => {
  it('route executions by weight', async () => {
    const created = await alias('live', [
      [1, 50],
      [2, 50],
    ]);
    expect(created.stateMachineAliasArn).toBe(`${arn}:live`);
    const versions = new Map<string, number>();
    for (let i = 0; i < 60; i += 1) {
      const { executionArn } = await service.client.send(
        new StartExecutionCommand({ stateMachineArn: `${arn}:live`, name: `live-${i}` }),
      );
      const described = await service.client.send(new DescribeExecutionCommand({ executionArn }));
      expect(described.stateMachineAliasArn).toBe(`${arn}:live`);
      const version = described.stateMachineVersionArn!;
      versions.set(version, (versions.get(version) ?? 0) + 1);
    }
    expect([...versions.keys()].sort()).toEqual([`${arn}:1`, `${arn}:2`]);
    for (const count of versions.values()) expect(count).toBeGreaterThan(10);
    const listed = await service.client.send(
      new ListExecutionsCommand({ stateMachineArn: `${arn}:live`, maxResults: 100 }),
    );
    expect(listed.executions).toHaveLength(60);
  });

  it('are described, changed, listed and deleted; a version in use stays', async () => {
    const created = await alias('prod', [[1, 100]], { description: 'for all' });
    expect(await alias('prod', [[1, 100]], { description: 'for all' })).toMatchObject({
      creationDate: created.creationDate,
    });
    await expect(alias('prod', [[2, 100]])).rejects.toMatchObject({ name: 'ConflictException' });
    const stateMachineAliasArn = created.stateMachineAliasArn;
    await service.client.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn,
        routingConfiguration: [{ stateMachineVersionArn: `${arn}:2`, weight: 100 }],
      }),
    );
    expect(
      await service.client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })),
    ).toMatchObject({
      name: 'prod',
      description: 'for all',
      routingConfiguration: [{ stateMachineVersionArn: `${arn}:2`, weight: 100 }],
      creationDate: created.creationDate,
    });
    expect(await describeMachine(`${arn}:prod`)).toMatchObject({ definition: FAIL });
    const list = async (stateMachineArn: string) => {
      const command = new ListStateMachineAliasesCommand({ stateMachineArn });
      const { stateMachineAliases } = await service.client.send(command);
      return stateMachineAliases?.map((each) => each.stateMachineAliasArn);
    };
    expect(await list(arn)).toEqual([`${arn}:prod`, `${arn}:live`]);
    expect(await list(`${arn}:1`)).toEqual([`${arn}:live`]);

    const removeVersion = (version: number) =>
      service.client.send(
        new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:${version}` }),
      );
    await expect(removeVersion(2)).rejects.toMatchObject({ name: 'ConflictException' });
    await removeVersion(3);
    await expect(describeMachine(`${arn}:3`)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    // Its number is not given again.
    await update({ definition: ECHO });
    expect(await publish()).toMatchObject({ stateMachineVersionArn: `${arn}:4` });

    await service.client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
    await expect(
      service.client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it.each([
    ['weights that are not 100', 'bad', [[1, 99]], 'ValidationException'],
    ['a version that is not there', 'bad', [[9, 100]], 'ResourceNotFound'],
    ['a name of digits', '123', [[1, 100]], 'ValidationException'],
    [
      'one version twice',
      'bad',
      [
        [1, 50],
        [1, 50],
      ],
      'ValidationException',
    ],
    ['no version', 'bad', [], 'ValidationException'],
  ] as const)('are refused for %s', async (_, name, routes, error) => {
    await expect(alias(name, routes as unknown as [number, number][])).rejects.toMatchObject({ name: error });
  });
});
