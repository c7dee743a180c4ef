import { TidegateError } from '../../../model/errors.ts';
import { activityArn } from '../../../model/step-functions-arns.ts';
import type { TakenActivityTask } from '../../../workers/index.ts';
import { ARN_RULE, NAME_RULE, requireArn, requireName } from '../arguments.ts';
import { pageOf, slice } from '../page-token.ts';
import { type Operation, type OperationCall, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { encryptionOf } from '../settings.ts';
import { tagsOf, writeTags } from '../tag-records.ts';
import { here } from '../target.ts';

interface ActivityRecord {
  /** milliseconds of the epoch */
  readonly createdAt: number;
  readonly encryption?: object;
}

const COLLECTION = 'step-functions-activities';

export async function findActivity({ gateway }: Service, name: string): Promise<ActivityRecord | undefined> {
  const text = await gateway.records.get(COLLECTION, name);
  return text === undefined ? undefined : (JSON.parse(text) as ActivityRecord);
}

const create: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const name = members.text('name', NAME_RULE);
    const encryption = encryptionOf(members);
    const tags = tagsOf(members);
    requireName(name);
    const { gateway, clock, arns } = service;
    const arn = activityArn(arns, name);
    const before = await findActivity(service, name);
    if (before === undefined) await writeTags(gateway, arn, tags);
    const wanted: ActivityRecord = { createdAt: clock.now(), ...(encryption && { encryption }) };
    const text = await gateway.records.add(COLLECTION, name, JSON.stringify(wanted));
    const standing = JSON.parse(text) as ActivityRecord;
    if (JSON.stringify(standing.encryption) !== JSON.stringify(encryption))
      throw new ServiceError('ActivityAlreadyExists', `Activity already exists: '${arn}'`);
    return { activityArn: arn, creationDate: seconds(standing.createdAt) };
  },
};

/** Throws InvalidArn. */
function namedActivity(
  service: Service,
  { members }: OperationCall,
): { text: string; name: string | undefined } {
  const text = members.text('activityArn', ARN_RULE);
  members.check();
  const arn = requireArn(text, 'activity');
  return { text, name: here(service.arns, arn) ? arn.activity : undefined };
}

/** Throws InvalidArn and ActivityDoesNotExist. */
async function activityOf(
  service: Service,
  call: OperationCall,
): Promise<{ arn: string; name: string; record: ActivityRecord }> {
  const { text, name } = namedActivity(service, call);
  const record = name === undefined ? undefined : await findActivity(service, name);
  if (record === undefined || name === undefined)
    throw new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${text}'`);
  return { arn: text, name, record };
}

const describe: Operation = {
  scope: 'read',
  async handle(service, call) {
    const { arn, name, record } = await activityOf(service, call);
    return {
      activityArn: arn,
      name,
      creationDate: seconds(record.createdAt),
      encryptionConfiguration: record.encryption ?? { type: 'AWS_OWNED_KEY' },
    };
  },
};

const remove: Operation = {
  scope: 'write',
  async handle(service, call) {
    const { text, name } = namedActivity(service, call);
    if (name === undefined) return {};
    if (await service.gateway.records.delete(COLLECTION, name)) await writeTags(service.gateway, text, {});
    return {};
  },
};

const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const page = pageOf(members, ['activities']);
    const { items, ...rest } = slice(await service.gateway.records.list(COLLECTION), page);
    return {
      activities: items.map(({ id, value }) => ({
        activityArn: activityArn(service.arns, id),
        name: id,
        creationDate: seconds((JSON.parse(value) as ActivityRecord).createdAt),
      })),
      ...rest,
    };
  },
};

/** Waits for a task; the answer without one after a minute is as empty as the service's. */
const getTask: Operation = {
  scope: 'run',
  async handle(service, call) {
    const worker = call.members.optionalText('workerName', NAME_RULE);
    const { name } = await activityOf(service, call);
    const { gateway, clock, activityPollMs } = service;
    const until = clock.now() + activityPollMs;
    for (;;) {
      const waitMs = Math.max(0, until - clock.now());
      const task = await gateway.activities.take(name, { waitMs, leaving: call.leaving });
      if (task === undefined) return { taskToken: null };
      if (!(await begin(service, task, worker))) continue;
      call.afterAnswer((given) => {
        // What cannot be written now is handed out again when the claim runs out.
        (given ? task.done() : task.giveBack()).catch(() => {});
      });
      return { taskToken: task.token, input: task.input };
    }
  },
};

/** The effect's heartbeat begins anew with the task in a worker's hands. False: the effect is no longer pending. */
async function begin(
  { gateway }: Service,
  task: TakenActivityTask,
  worker: string | undefined,
): Promise<boolean> {
  try {
    await gateway.callback(task.token, { kind: 'heartbeat', ...(worker !== undefined && { worker }) });
    return true;
  } catch (error) {
    const gone =
      error instanceof TidegateError && (error.code === 'CALLBACK_CLOSED' || error.code === 'INVALID_TOKEN');
    if (!gone) {
      await task.giveBack();
      throw error;
    }
    await task.done();
    return false;
  }
}

export const activityOperations: Readonly<Record<string, Operation>> = {
  CreateActivity: create,
  DescribeActivity: describe,
  DeleteActivity: remove,
  ListActivities: list,
  GetActivityTask: getTask,
};
