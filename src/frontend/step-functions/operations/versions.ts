import { aliasArn, versionArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE, LONG_ARN_RULE, requireArn } from '../arguments.ts';
import { INITIAL_REVISION } from '../machine-records.ts';
import { pageOf, slice } from '../page-token.ts';
import { type Operation, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { here, machineOf, workflowNamed } from '../target.ts';
import { publishVersion } from './machines.ts';

const publish: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const arn = members.text('stateMachineArn', ARN_RULE);
    const revision = members.optionalText('revisionId');
    const description = members.optionalText('description', { max: 256, sensitive: true });
    members.check();
    const machine = await machineOf(service, arn);
    const current = machine.revisionId ?? INITIAL_REVISION;
    if (revision !== undefined && revision !== current) {
      throw new ServiceError(
        'ConflictException',
        `Failed to publish the State Machine version for revision ${revision}. The current State Machine revision is ${current}.`,
      );
    }
    const version = await publishVersion(service, machine, description);
    return {
      creationDate: seconds(version.createdAt),
      stateMachineVersionArn: versionArn(service.arns, machine.workflow.name, version.number),
    };
  },
};

const remove: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const text = members.text('stateMachineVersionArn', LONG_ARN_RULE);
    members.check();
    const arn = requireArn(text, 'version');
    const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
    if (workflow === undefined) return {};
    const aliases = await service.aliases.list(workflow);
    const inUse = aliases.filter(({ routing }) => routing.some(({ version }) => version === arn.version));
    if (inUse.length > 0) {
      const named = inUse.map(({ name }) => aliasArn(service.arns, workflow, name)).join(', ');
      throw new ServiceError(
        'ConflictException',
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${named}]`,
      );
    }
    await service.versions.delete(workflow, arn.version);
    return {};
  },
};

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const arn = members.text('stateMachineArn', ARN_RULE);
    const page = pageOf(members, ['versions', arn]);
    const { workflow } = await machineOf(service, arn);
    const { items, ...rest } = slice(await service.versions.list(workflow.name), page);
    return {
      stateMachineVersions: items.map(({ number, createdAt }) => ({
        stateMachineVersionArn: versionArn(service.arns, workflow.name, number),
        creationDate: seconds(createdAt),
      })),
      ...rest,
    };
  },
};

export const versionOperations: Readonly<Record<string, Operation>> = {
  PublishStateMachineVersion: publish,
  DeleteStateMachineVersion: remove,
  ListStateMachineVersions: list,
};
