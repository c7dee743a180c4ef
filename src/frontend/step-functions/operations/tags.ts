import { ARN_RULE, requireArn } from '../arguments.ts';
import type { Operation, OperationCall, Service } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { readTags, tagsOf, writeTags } from '../tag-records.ts';
import { here, workflowNamed } from '../target.ts';
import { findActivity } from './activities.ts';

/** The ARN of a machine or an activity that is there. Throws InvalidArn and ResourceNotFound. */
async function resourceOf(service: Service, { members }: OperationCall): Promise<string> {
  const text = members.text('resourceArn', ARN_RULE);
  members.check();
  const arn = requireArn(text, 'stateMachine', 'activity');
  let exists = false;
  if (here(service.arns, arn) && arn.kind === 'activity')
    exists = (await findActivity(service, arn.activity)) !== undefined;
  else if (here(service.arns, arn) && arn.kind === 'stateMachine') {
    const workflow = arn.label === undefined ? workflowNamed(arn.machine) : undefined;
    exists = workflow !== undefined && (await service.machines.find(workflow)) !== undefined;
  }
  if (!exists)
    throw new ServiceError('ResourceNotFound', `Resource not found: '${text}'`, {
      members: { resourceName: text },
    });
  return text;
}

const tag: Operation = {
  scope: 'write',
  async handle(service, call) {
    call.members.require('tags');
    const tags = tagsOf(call.members);
    const arn = await resourceOf(service, call);
    await writeTags(service.gateway, arn, { ...(await readTags(service.gateway, arn)), ...tags });
    return {};
  },
};

const untag: Operation = {
  scope: 'write',
  async handle(service, call) {
    call.members.require('tagKeys');
    const keys = new Set(call.members.texts('tagKeys') ?? []);
    const arn = await resourceOf(service, call);
    const left = Object.entries(await readTags(service.gateway, arn)).filter(([key]) => !keys.has(key));
    await writeTags(service.gateway, arn, Object.fromEntries(left));
    return {};
  },
};

const list: Operation = {
  scope: 'read',
  async handle(service, call) {
    const tags = await readTags(service.gateway, await resourceOf(service, call));
    return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
  },
};

export const tagOperations: Readonly<Record<string, Operation>> = {
  TagResource: tag,
  UntagResource: untag,
  ListTagsForResource: list,
};
