import type { AliasRecord } from '../../../model/state-machine-records.ts';
import { aliasArn, versionArn } from '../../../model/step-functions-arns.ts';
import { ARN_RULE, LONG_ARN_RULE, requireArn } from '../arguments.ts';
import type { Members } from '../members.ts';
import { pageOf, slice } from '../page-token.ts';
import { type Operation, type Service, seconds } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { here, machineOf, workflowNamed } from '../target.ts';

const NAME_RULE = {
  min: 1,
  max: 80,
  pattern: /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/,
  patternText: '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$',
} as const;
const DESCRIPTION_RULE = { max: 256, sensitive: true } as const;
const MOST = 100;

interface Route {
  readonly machine: string;
  readonly version: number;
  readonly weight: number;
  readonly arn: string;
}

/** The versions of a request's routing, all of one machine. Undefined where the request has none. */
function routesOf(members: Members): readonly Route[] | undefined {
  const given = members.structures('routingConfiguration', { min: 1, max: 2 })?.map((route) => {
    const arn = route.text('stateMachineVersionArn', LONG_ARN_RULE);
    route.require('weight');
    return { arn, weight: route.number('weight', { min: 0, max: 100 }) ?? 0 };
  });
  members.check();
  const routes = given?.map(({ arn, weight }) => {
    const { machine, version } = requireArn(arn, 'version');
    return { machine, version, weight, arn };
  });
  if (routes === undefined) return undefined;
  const sum = routes.reduce((total, { weight }) => total + weight, 0);
  const invalid = (why: string) => new ServiceError('ValidationException', why);
  if (sum !== 100) throw invalid('Sum of routing configuration weights must equal 100');
  if (new Set(routes.map(({ machine }) => machine)).size > 1)
    throw invalid('Routing configuration must contain state machine versions of the same state machine');
  if (new Set(routes.map(({ version }) => version)).size < routes.length)
    throw invalid('Routing configuration must contain distinct state machine version ARNs');
  return routes;
}

async function requireVersions(service: Service, workflow: string, routes: readonly Route[]): Promise<void> {
  for (const { version, arn } of routes)
    if ((await service.versions.get(workflow, version)) === undefined) throw notFound(arn);
}

function notFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFound', `Request references a resource that does not exist: ${arn}`, {
    members: { resourceName: arn },
  });
}

const create: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const name = members.text('name', NAME_RULE);
    const description = members.optionalText('description', DESCRIPTION_RULE);
    members.require('routingConfiguration');
    const routes = routesOf(members) ?? [];
    const [first] = routes;
    const workflow = workflowNamed(first?.machine ?? '');
    if (workflow === undefined || !here(service.arns, requireArn(first!.arn, 'version')))
      throw notFound(first!.arn);
    await requireVersions(service, workflow, routes);
    if ((await service.aliases.list(workflow)).length >= MOST)
      throw new ServiceError('ServiceQuotaExceededException', `A state machine may have ${MOST} aliases`);
    const now = service.clock.now();
    const wanted: AliasRecord = {
      name,
      ...(description !== undefined && { description }),
      routing: routes.map(({ version, weight }) => ({ version, weight })),
      createdAt: now,
      updatedAt: now,
    };
    const alias = await service.aliases.add(workflow, wanted);
    const same = (each: AliasRecord) => JSON.stringify([each.description, each.routing]);
    const arn = aliasArn(service.arns, workflow, name);
    if (same(alias) !== same(wanted))
      throw new ServiceError(
        'ConflictException',
        `Failed to create alias because an alias with the same name and a different routing configuration already exists: ${arn}`,
      );
    return { stateMachineAliasArn: arn, creationDate: seconds(alias.createdAt) };
  },
};

/** Throws InvalidArn and ResourceNotFound. */
async function aliasOf(
  service: Service,
  members: Members,
): Promise<{ arn: string; workflow: string; alias: AliasRecord }> {
  const text = members.text('stateMachineAliasArn', ARN_RULE);
  members.check();
  const arn = requireArn(text, 'alias');
  const workflow = here(service.arns, arn) ? workflowNamed(arn.machine) : undefined;
  const alias = workflow === undefined ? undefined : await service.aliases.get(workflow, arn.alias);
  if (alias === undefined || workflow === undefined) throw notFound(text);
  return { arn: text, workflow, alias };
}

const update: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const description = members.optionalText('description', DESCRIPTION_RULE);
    const routes = routesOf(members);
    const { workflow, alias } = await aliasOf(service, members);
    if (description === undefined && routes === undefined)
      throw new ServiceError(
        'ValidationException',
        'Either description or routingConfiguration must be specified',
      );
    if (routes) {
      const foreign = routes.find(({ machine }) => workflowNamed(machine) !== workflow);
      if (foreign) throw notFound(foreign.arn);
      await requireVersions(service, workflow, routes);
    }
    const updatedAt = service.clock.now();
    await service.aliases.put(workflow, {
      ...alias,
      ...(description !== undefined && { description }),
      ...(routes && { routing: routes.map(({ version, weight }) => ({ version, weight })) }),
      updatedAt,
    });
    return { updateDate: seconds(updatedAt) };
  },
};

const describe: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const { arn, workflow, alias } = await aliasOf(service, members);
    return {
      stateMachineAliasArn: arn,
      name: alias.name,
      ...(alias.description !== undefined && { description: alias.description }),
      routingConfiguration: alias.routing.map(({ version, weight }) => ({
        stateMachineVersionArn: versionArn(service.arns, workflow, version),
        weight,
      })),
      creationDate: seconds(alias.createdAt),
      updateDate: seconds(alias.updatedAt),
    };
  },
};

const remove: Operation = {
  scope: 'write',
  async handle(service, { members }) {
    const { workflow, alias } = await aliasOf(service, members);
    await service.aliases.delete(workflow, alias.name);
    return {};
  },
};

/** Of a machine, or of one of its versions those that lead there; newest first. */
const list: Operation = {
  scope: 'read',
  async handle(service, { members }) {
    const text = members.text('stateMachineArn', ARN_RULE);
    const page = pageOf(members, ['aliases', text]);
    const arn = requireArn(text, 'stateMachine', 'version');
    const unqualified = arn.kind === 'version' ? text.slice(0, text.lastIndexOf(':')) : text;
    const { workflow } = await machineOf(service, unqualified);
    if (arn.kind === 'version' && !(await service.versions.get(workflow.name, arn.version)))
      throw notFound(text);
    const all = await service.aliases.list(workflow.name);
    const wanted = all.filter(
      ({ routing }) => arn.kind !== 'version' || routing.some(({ version }) => version === arn.version),
    );
    const newestFirst = wanted.toSorted((a, b) => b.createdAt - a.createdAt);
    const { items, ...rest } = slice(newestFirst, page);
    return {
      stateMachineAliases: items.map(({ name, createdAt }) => ({
        stateMachineAliasArn: aliasArn(service.arns, workflow.name, name),
        creationDate: seconds(createdAt),
      })),
      ...rest,
    };
  },
};

export const aliasOperations: Readonly<Record<string, Operation>> = {
  CreateStateMachineAlias: create,
  UpdateStateMachineAlias: update,
  DeleteStateMachineAlias: remove,
  DescribeStateMachineAlias: describe,
  ListStateMachineAliases: list,
};
