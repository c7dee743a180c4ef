import type { TriggerDefinition } from '../../model/documents.ts';
import { TidegateError } from '../../model/errors.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { NO_CONTENT, ok, okPage, PAGE, pageOf, slicePage } from '../answers.ts';
import * as parameters from '../parameters.ts';
import { type Answer, type Call, pathOf, type Route, type RouteBody } from '../route.ts';

const tag = 'triggers';
const COLLECTION = '/v1/workflows/{name}/triggers';
const ITEM = `${COLLECTION}/{trigger}`;
const CHANGE_PROBLEMS = [
  'WORKFLOW_NOT_FOUND',
  'INVALID_DEFINITION',
  'UNSUPPORTED_FORMAT',
  'LIMIT_EXCEEDED',
] as const;

export const TRIGGER_BODY: RouteBody = {
  required: true,
  content: { 'application/json': 'TriggerDefinition' },
};
export const PATCH_BODY: RouteBody = {
  required: true,
  content: { 'application/json': 'TriggerPatch', 'application/merge-patch+json': 'TriggerPatch' },
};

/** The trigger of a PUT. Throws INVALID_BODY where its id is not that of the path. */
export function triggerOf(call: Call): TriggerDefinition {
  const trigger = call.body as TriggerDefinition;
  const id = pathOf(call, 'trigger');
  if (trigger.id === id) return trigger;
  throw new TidegateError(
    'INVALID_BODY',
    `the trigger's id is ${JSON.stringify(trigger.id)}; the path says "${id}"`,
    {
      place: { pointer: '/id' },
    },
  );
}

export function findTrigger<T extends TriggerDefinition>(
  triggers: readonly T[],
  id: string,
  where: string,
): T {
  const found = triggers.find((trigger) => trigger.id === id);
  if (found) return found;
  throw new TidegateError('TRIGGER_NOT_FOUND', `${where} has no trigger "${id}"`);
}

async function change(call: Call, wanted: Parameters<Gateway['changeTriggers']>[1]): Promise<Answer> {
  const name = pathOf(call, 'name');
  const { workflow, trigger, created } = await call.gateway.changeTriggers(name, wanted);
  if (wanted.kind === 'remove') return NO_CONTENT;
  return {
    status: created ? 201 : 200,
    body: { version: workflow.version, ...(trigger && { trigger }) },
    ...(trigger && { headers: { location: `/v1/workflows/${name}/triggers/${trigger.id}` } }),
  };
}

/** Triggers of a workflow's definition; each change is a new version. */
export const triggerRoutes: readonly Route[] = [
  {
    operationId: 'listTriggers',
    method: 'GET',
    path: COLLECTION,
    tag,
    summary: "List a workflow's triggers, those a compiler made included",
    scope: 'read',
    query: [parameters.version, ...PAGE],
    responses: { 200: { description: 'A page of them.', schema: 'TriggerPage' } },
    problems: ['WORKFLOW_NOT_FOUND', 'VERSION_NOT_FOUND'],
    async handle(call) {
      const triggers = await call.gateway.listTriggers(pathOf(call, 'name'), parameters.version.of(call));
      return okPage(
        slicePage(triggers, ({ id }) => id, pageOf(call)),
        (trigger) => trigger,
      );
    },
  },
  {
    operationId: 'addTrigger',
    method: 'POST',
    path: COLLECTION,
    tag,
    summary: 'Add a trigger to a workflow of format `triggers`',
    scope: 'write',
    body: TRIGGER_BODY,
    responses: { 201: { description: 'Added, in a new version.', schema: 'ChangedTrigger' } },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_EXISTS'],
    handle: (call) => change(call, { kind: 'add', trigger: call.body as TriggerDefinition }),
  },
  {
    operationId: 'getTrigger',
    method: 'GET',
    path: ITEM,
    tag,
    summary: 'Show a trigger',
    scope: 'read',
    query: [parameters.version],
    responses: { 200: { description: 'The trigger.', schema: 'TriggerDefinition' } },
    problems: ['WORKFLOW_NOT_FOUND', 'VERSION_NOT_FOUND', 'TRIGGER_NOT_FOUND'],
    async handle(call) {
      const name = pathOf(call, 'name');
      const triggers = await call.gateway.listTriggers(name, parameters.version.of(call));
      return ok(findTrigger(triggers, pathOf(call, 'trigger'), `workflow "${name}"`));
    },
  },
  {
    operationId: 'putTrigger',
    method: 'PUT',
    path: ITEM,
    tag,
    summary: 'Add or replace a trigger of a workflow of format `triggers`',
    scope: 'write',
    body: TRIGGER_BODY,
    responses: {
      200: { description: 'Replaced, in a new version.', schema: 'ChangedTrigger' },
      201: { description: 'Added, in a new version.', schema: 'ChangedTrigger' },
    },
    problems: CHANGE_PROBLEMS,
    handle: async (call) => change(call, { kind: 'put', trigger: triggerOf(call) }),
  },
  {
    operationId: 'patchTrigger',
    method: 'PATCH',
    path: ITEM,
    tag,
    summary: 'Replace some members of a trigger, e.g. `{"enabled": false}`',
    scope: 'write',
    body: PATCH_BODY,
    responses: { 200: { description: 'Changed, in a new version.', schema: 'ChangedTrigger' } },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_NOT_FOUND'],
    handle: (call) =>
      change(call, {
        kind: 'patch',
        id: pathOf(call, 'trigger'),
        patch: call.body as Partial<TriggerDefinition>,
      }),
  },
  {
    operationId: 'deleteTrigger',
    method: 'DELETE',
    path: ITEM,
    tag,
    summary: 'Remove a trigger from a workflow of format `triggers`',
    scope: 'write',
    responses: { 204: { description: 'Removed, in a new version.' } },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_NOT_FOUND'],
    handle: (call) => change(call, { kind: 'remove', id: pathOf(call, 'trigger') }),
  },
];
