import { createHash } from 'node:crypto';
import { variableReferences } from '../../../compilers/asl/validation/index.ts';
import type { MachineRecord, VersionRecord } from '../../../model/state-machine-records.ts';
import { versionArn } from '../../../model/step-functions-arns.ts';
import type { StoredWorkflow } from '../../../stores/index.ts';
import {
  ARN_RULE,
  NAME_RULE,
  requireMachineArn,
  requireName,
  requireRoleArn,
  workflowOf,
} from '../arguments.ts';
import { definitionOf, diagnose, register } from '../definition.ts';
import { FORMAT, type Machine } from '../machine-records.ts';
import { pageOf } from '../page-token.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { configurationsOf, shownConfigurations } from '../settings.ts';
import { type Tags, tagsOf, writeTags } from '../tag-records.ts';
import { here, machineOf, targetOf, workflowNamed } from '../target.ts';

const DEFINITION_RULE = { min: 1, max: 1_048_576, sensitive: true } as const;
const DESCRIPTION_RULE = { max: 256, sensitive: true } as const;
const TYPES = ['STANDARD', 'EXPRESS'] as const;
/** Nobody takes longer to create a machine. */
const CREATION_MS = 30_000;
const INCLUDED = ['ALL_DATA', 'METADATA_ONLY'] as const;

const create: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const name = members.text('name', NAME_RULE);
    const text = members.text('definition', DEFINITION_RULE);
    const roleArn = members.text('roleArn', ARN_RULE);
    const type = members.choice('type', TYPES) ?? 'STANDARD';
    const { publish, description } = publicationOf(members);
    const { logging, tracing, encryption } = configurationsOf(members);
    const tags = tagsOf(members);
    requireName(name);
    requireRoleArn(roleArn);
    const workflow = workflowOf(name);
    const now = service.clock.now();
    const record: MachineRecord = {
      type,
      roleArn,
      logging,
      tracing,
      encryption,
      createdAt: now,
      updatedAt: now,
      workflowVersion: 1,
      updates: 0,
      creation: createHash('sha256')
        .update(JSON.stringify([type, logging, tracing, encryption, text, publish, description]))
        .digest('hex'),
      ...(publish && { published: description === undefined ? {} : { description } }),
    };
    const definition = definitionOf(service, text, type);
    const wanted = { record, definition, text, tags };
    const machine = (await existing(service, workflow, wanted)) ?? (await make(service, workflow, wanted));
    const version = publish ? await publishVersion(service, machine, description) : undefined;
    return {
      stateMachineArn: machine.arn,
      creationDate: seconds(machine.record.createdAt),
      ...(version && { stateMachineVersionArn: versionArn(service.arns, workflow, version.number) }),
    };
  },
};

interface Wanted {
  readonly record: MachineRecord;
  readonly definition: unknown;
  readonly text: string;
  readonly tags: Tags;
}

/** The machine that is there and is the same. Throws StateMachineAlreadyExists for another, whatever its role and tags. */
async function existing(service: Service, workflow: string, wanted: Wanted): Promise<Machine | undefined> {
  const stored = await service.machines.newest(workflow);
  if (stored === undefined) return undefined;
  const machine = await service.machines.of(stored);
  const alike = ({ type, published, ...settings }: MachineRecord, definition: unknown) =>
    JSON.stringify([type, shownConfigurations(settings), published ?? null, definition]);
  const same =
    stored.format === FORMAT &&
    alike(machine.record, stored.definition) === alike(wanted.record, wanted.definition);
  if (same) return machine;
  throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
}

async function make(service: Service, workflow: string, wanted: Wanted): Promise<Machine> {
  const { machines, gateway } = service;
  const { record, definition, text, tags } = wanted;
  const standing = await machines.claim(workflow, record);
  if (standing.creation !== record.creation) {
    // Another is creating it, or a creation or deletion did not come to its end.
    const other = await existing(service, workflow, wanted);
    if (other !== undefined) return other;
    if (standing.createdAt > record.createdAt - CREATION_MS)
      throw new ServiceError('ConflictException', 'Another request is creating a state machine of this name');
    // What a machine of this name left behind is not this one's.
    await machines.delete(workflow);
  }
  let stored: StoredWorkflow;
  try {
    stored = await register(service, workflow, definition, text);
  } catch (error) {
    await machines.delete(workflow);
    throw error;
  }
  await machines.put(workflow, { ...record, workflowVersion: stored.version });
  const machine = await machines.of(stored);
  await writeTags(gateway, machine.arn, tags);
  return machine;
}

const update: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const arn = members.text('stateMachineArn', ARN_RULE);
    const text = members.optionalText('definition', DEFINITION_RULE);
    const roleArn = members.optionalText('roleArn', ARN_RULE);
    const { publish, description } = publicationOf(members);
    const { logging, tracing, encryption } = configurationsOf(members);
    if (roleArn !== undefined) requireRoleArn(roleArn);
    const before = await machineOf(service, arn);
    if ([text, roleArn, logging, tracing, encryption].every((given) => given === undefined)) {
      throw new ServiceError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
      );
    }
    const { name } = before.workflow;
    const definition = text === undefined ? undefined : definitionOf(service, text, before.record.type);
    const workflow = text === undefined ? before.workflow : await register(service, name, definition, text);
    const updatedAt = service.clock.now();
    await service.machines.put(name, {
      ...before.record,
      ...(roleArn !== undefined && { roleArn }),
      ...(logging && { logging }),
      ...(tracing && { tracing }),
      ...(encryption && { encryption }),
      updatedAt,
      workflowVersion: workflow.version,
      updates: before.record.updates + 1,
    });
    const machine = await service.machines.of(workflow);
    const version = publish ? await publishVersion(service, machine, description) : undefined;
    return {
      updateDate: seconds(updatedAt),
      revisionId: machine.revisionId,
      ...(version && { stateMachineVersionArn: versionArn(service.arns, name, version.number) }),
    };
  },
};

function publicationOf(members: OperationCall['members']): {
  publish: boolean;
  description: string | undefined;
} {
  const publish = members.flag('publish') ?? false;
  const description = members.optionalText('versionDescription', DESCRIPTION_RULE);
  members.check();
  if (!publish && description !== undefined)
    throw new ServiceError('ValidationException', 'Version description can only be set when publish is true');
  return { publish, description };
}

export function publishVersion(
  service: Service,
  machine: Machine,
  description: string | undefined,
): Promise<VersionRecord> {
  const [now, publication] = [service.clock.now(), service.uuid()];
  return service.versions.publish(machine, description, { now, publication });
}

const remove: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const text = members.text('stateMachineArn', ARN_RULE);
    members.check();
    const arn = requireMachineArn(text, 'stateMachine');
    const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
    const machine = workflow === undefined ? undefined : await service.machines.find(workflow);
    if (machine === undefined || workflow === undefined) return {};
    await service.gateway.deleteWorkflow(workflow, { force: true });
    await service.machines.delete(workflow);
    await writeTags(service.gateway, machine.arn, {});
    return {};
  },
};

const describe: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const arn = members.text('stateMachineArn', ARN_RULE);
    const included = members.choice('includedData', INCLUDED);
    members.check();
    const { machine, version, settings, workflowVersion } = await targetOf(service, arn);
    const { workflow, record } = machine;
    const stored =
      workflowVersion === workflow.version
        ? workflow
        : await service.gateway.getWorkflow(workflow.name, workflowVersion);
    const references = variableReferences(stored.definition, service);
    return {
      stateMachineArn: arn,
      name: nameOf(machine),
      status: 'ACTIVE',
      definition: included === 'METADATA_ONLY' ? '' : await service.machines.definitionText(stored),
      roleArn: settings.roleArn,
      type: settings.type,
      creationDate: seconds((version ?? record).createdAt),
      ...shownConfigurations(settings),
      revisionId: version?.revision ?? machine.revisionId,
      ...(version?.description !== undefined && { description: version.description }),
      ...(Object.keys(references).length > 0 && { variableReferences: references }),
    };
  },
};

/** The name that the ARN ends with. */
export function nameOf({ arn }: Machine): string {
  return arn.split(':').slice(6).join(':');
}

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const page = pageOf(members, ['machines']);
    const stateMachines: object[] = [];
    let cursor = page.after;
    do {
      const asked = { limit: page.size - stateMachines.length, ...(cursor !== undefined && { cursor }) };
      const found = await service.gateway.listWorkflows(asked);
      for (const workflow of found.items) {
        if (workflow.format !== FORMAT) continue;
        const machine = await service.machines.of(workflow);
        const { type, createdAt } = machine.record;
        stateMachines.push({
          stateMachineArn: machine.arn,
          name: nameOf(machine),
          type,
          creationDate: seconds(createdAt),
        });
      }
      cursor = found.cursor;
    } while (cursor !== undefined && stateMachines.length < page.size);
    return { stateMachines, ...(cursor !== undefined && { nextToken: page.token(cursor) }) };
  },
};

const validate: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const text = members.text('definition', DEFINITION_RULE);
    const type = members.choice('type', TYPES) ?? 'STANDARD';
    const severity = members.choice('severity', ['ERROR', 'WARNING']) ?? 'ERROR';
    const most = members.number('maxResults', { min: 0, max: 100 }) || 100;
    members.check();
    const { result, diagnostics } = diagnose(service, text, type);
    const wanted = diagnostics.filter((each) => severity === 'WARNING' || each.severity === 'ERROR');
    return { result, diagnostics: wanted.slice(0, most), truncated: wanted.length > most };
  },
};

export const machineOperations: Readonly<Record<string, Operation>> = {
  CreateStateMachine: create,
  UpdateStateMachine: update,
  DeleteStateMachine: remove,
  DescribeStateMachine: describe,
  ListStateMachines: list,
  ValidateStateMachineDefinition: validate,
};
