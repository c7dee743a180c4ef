import type { Interception, TriggerDefinition } from '../../model/documents.ts';
import type { Gateway } from '../../workers/gateway.ts';
import { commandAnswer, NO_CONTENT, ok, okPage, PAGE, pageOf, slicePage } from '../answers.ts';
import { type Answer, type Call, pathOf, type Route, type RouteResponse } from '../route.ts';
import { findTrigger, PATCH_BODY, TRIGGER_BODY, triggerOf } from './triggers.ts';

const tag = 'triggers of a run';
const COLLECTION = '/v1/workflows/{name}/runs/{run}/triggers';
const ITEM = `${COLLECTION}/{trigger}`;
const INTERCEPTIONS = '/v1/workflows/{name}/runs/{run}/interceptions';
const RUN_PROBLEMS = ['WORKFLOW_NOT_FOUND', 'RUN_NOT_FOUND'] as const;
const CHANGE_PROBLEMS = [...RUN_PROBLEMS, 'RUN_ENDED', 'INVALID_DEFINITION', 'LIMIT_EXCEEDED'] as const;

const PENDING: RouteResponse = {
  description: 'The command stands in the log and has not been applied yet.',
  schema: 'CommandResult',
};
const APPLIED: RouteResponse = { description: 'Applied.', schema: 'CommandResult' };

type Change = Parameters<Gateway['changeRunTriggers']>[2];

async function change(call: Call, wanted: Change, applied?: Answer): Promise<Answer> {
  const result = await call.gateway.changeRunTriggers(pathOf(call, 'name'), pathOf(call, 'run'), wanted);
  return commandAnswer(result, applied);
}

async function currentTrigger(call: Call) {
  const [name, run] = [pathOf(call, 'name'), pathOf(call, 'run')];
  const triggers = await call.gateway.listRunTriggers(name, run);
  return findTrigger(triggers, pathOf(call, 'trigger'), `run "${run}" of workflow "${name}"`);
}

/** Enabling and disabling keep the trigger's context; whatever else changes replaces the trigger. */
async function patch(call: Call): Promise<Answer> {
  const members = call.body as Partial<TriggerDefinition>;
  const { dynamic: _, ...current } = await currentTrigger(call);
  const onlyEnabled = Object.keys(members).length === 1 && members.enabled !== undefined;
  if (onlyEnabled) return change(call, { kind: members.enabled ? 'enable' : 'disable', id: current.id });
  return change(call, { kind: 'put', trigger: { ...current, ...members } });
}

/** Triggers as they stand in one run; changes concern that run alone. */
export const runTriggerRoutes: readonly Route[] = [
  {
    operationId: 'listRunTriggers',
    method: 'GET',
    path: COLLECTION,
    tag,
    summary: 'List the triggers of a run as they are now',
    scope: 'read',
    query: PAGE,
    responses: { 200: { description: 'A page of them.', schema: 'RunTriggerPage' } },
    problems: RUN_PROBLEMS,
    async handle(call) {
      const triggers = await call.gateway.listRunTriggers(pathOf(call, 'name'), pathOf(call, 'run'));
      return okPage(
        slicePage(triggers, ({ id }) => id, pageOf(call)),
        (trigger) => trigger,
      );
    },
  },
  {
    operationId: 'addRunTrigger',
    method: 'POST',
    path: COLLECTION,
    tag,
    summary: 'Add a trigger to a live run; early events that fit it are delivered',
    scope: 'write',
    body: TRIGGER_BODY,
    responses: { 201: APPLIED, 202: PENDING },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_EXISTS'],
    handle: (call) =>
      change(
        call,
        { kind: 'add', trigger: call.body as TriggerDefinition },
        { status: 201, body: { applied: true } },
      ),
  },
  {
    operationId: 'getRunTrigger',
    method: 'GET',
    path: ITEM,
    tag,
    summary: 'Show a trigger of a run',
    scope: 'read',
    responses: { 200: { description: 'The trigger.', schema: 'RunTrigger' } },
    problems: [...RUN_PROBLEMS, 'TRIGGER_NOT_FOUND'],
    handle: async (call) => ok(await currentTrigger(call)),
  },
  {
    operationId: 'putRunTrigger',
    method: 'PUT',
    path: ITEM,
    tag,
    summary: 'Add or replace a trigger of a live run',
    scope: 'write',
    body: TRIGGER_BODY,
    responses: { 200: APPLIED, 202: PENDING },
    problems: CHANGE_PROBLEMS,
    handle: async (call) => change(call, { kind: 'put', trigger: triggerOf(call) }),
  },
  {
    operationId: 'patchRunTrigger',
    method: 'PATCH',
    path: ITEM,
    tag,
    summary: 'Enable or disable a trigger of a live run, or replace some of its members',
    scope: 'write',
    body: PATCH_BODY,
    responses: { 200: APPLIED, 202: PENDING },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_NOT_FOUND'],
    handle: patch,
  },
  {
    operationId: 'deleteRunTrigger',
    method: 'DELETE',
    path: ITEM,
    tag,
    summary: 'Remove a trigger from a live run',
    scope: 'write',
    responses: { 202: PENDING, 204: { description: 'Removed.' } },
    problems: [...CHANGE_PROBLEMS, 'TRIGGER_NOT_FOUND'],
    handle: (call) => change(call, { kind: 'remove', id: pathOf(call, 'trigger') }, NO_CONTENT),
  },
  {
    operationId: 'addInterception',
    method: 'POST',
    path: INTERCEPTIONS,
    tag,
    summary: 'Have actions done before or after triggers of a live run',
    scope: 'write',
    body: { required: true, content: { 'application/json': 'Interception' } },
    responses: { 201: APPLIED, 202: PENDING },
    problems: CHANGE_PROBLEMS,
    handle: (call) =>
      change(
        call,
        { kind: 'intercept', interception: call.body as Interception },
        { status: 201, body: { applied: true } },
      ),
  },
  {
    operationId: 'deleteInterception',
    method: 'DELETE',
    path: `${INTERCEPTIONS}/{interception}`,
    tag,
    summary: 'Remove an interception from a live run',
    scope: 'write',
    responses: { 202: PENDING, 204: { description: 'Removed.' } },
    problems: [...CHANGE_PROBLEMS, 'NOT_FOUND'],
    handle: (call) =>
      change(call, { kind: 'remove-interception', id: pathOf(call, 'interception') }, NO_CONTENT),
  },
];
