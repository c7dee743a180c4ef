import type { Effect } from '../../model/effect.ts';
import { ACCEPTED, type Invoker, type InvokerCall } from '../action.ts';
import { effectError } from '../effect-error.ts';
import { readItems, writeResults } from '../items/index.ts';
import { activity } from './activity.ts';
import { activityNameOf, functionOf, integrationOf } from './arn.ts';
import { awsSdk } from './aws-sdk.ts';
import { dynamodb } from './dynamodb.ts';
import { eventsPutEvents } from './events.ts';
import { httpInvoke } from './http-invoke.ts';
import type { Integration, TaskDeps } from './integration.ts';
import { lambdaFunction, lambdaInvoke } from './lambda.ts';
import { callMapped } from './mapped-call.ts';
import { withinPayload } from './result-size.ts';
import { snsPublish } from './sns.ts';
import { sqsSendMessage } from './sqs.ts';
import { startExecution, stopExecution } from './start-execution.ts';
import type { TaskRequest } from './task.ts';
import { taskTokenOf, withTaskToken } from './task-token.ts';

export interface TaskInvokerDeps extends TaskDeps {
  /** Signs the tokens of tasks. */
  readonly callbackKey: string;
}

/** Optimized integrations by what follows `arn:aws:states:::`. A new one is one file and one line here. */
const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'lambda:invoke': lambdaInvoke,
  'http:invoke': httpInvoke,
  'events:putEvents': eventsPutEvents,
  'sns:publish': snsPublish,
  'sqs:sendMessage': sqsSendMessage,
  ...Object.fromEntries(Object.entries(dynamodb).map(([action, each]) => [`dynamodb:${action}`, each])),
  'states:startExecution': startExecution,
};

/** What a Distributed Map reads and writes: their results may be larger than a payload. */
const ITEMS: Readonly<Record<string, Integration>> = {
  'tidegate:items:read': readItems,
  'tidegate:items:write': writeResults,
};

/** Calls at once to one target where the action sets none: AWS bounds them itself. */
const CONCURRENCY = 1_000;
/** Milliseconds that a function may run which is given a task token: whoever reports has its own time. */
const LONGEST_HAND_OVER_MS = 900_000;

/** Performs the effects of the action `task`; docs/actions/task.md describes resources, targets, results and errors. */
export function taskInvoker(deps: TaskInvokerDeps): Invoker {
  return {
    concurrency: CONCURRENCY,
    handOverMs: LONGEST_HAND_OVER_MS,
    targetOf,
    async invoke(effect: Effect, { signal }: InvokerCall) {
      const request = effect.request as TaskRequest;
      const { resource, pattern } = request;
      const token = () => taskTokenOf(deps.callbackKey, effect);
      const items = ITEMS[resource];
      if (items !== undefined) return items({ effect, request, signal }, deps);
      if (activityNameOf(resource) !== undefined) return activity({ effect, request, signal }, deps, token());
      const perform = performerOf(request, deps);
      const given = pattern === 'token' ? withTaskToken(request.arguments, token) : request.arguments;
      const result = await perform({ effect, request: { ...request, arguments: given }, signal }, deps);
      return pattern === 'token' || result === ACCEPTED
        ? ACCEPTED
        : withinPayload(result, resource, deps.limits);
    },
    async revoke(effect: Effect, { signal }: InvokerCall) {
      const request = effect.request as TaskRequest;
      if (performerOf(request, deps) === startExecution)
        await stopExecution({ effect, request, signal }, deps);
    },
  };
}

/** The resource map comes first, so that it can stand in for anything. */
function performerOf({ resource, pattern }: TaskRequest, { resources }: TaskDeps): Integration {
  const integration = integrationOf(resource);
  const found =
    functionOf(resource) !== undefined
      ? lambdaFunction
      : (mappedAs(resource, resources) ?? integrated(integration ?? ''));
  if (found === undefined)
    throw effectError('RESOURCE_UNSUPPORTED', `no integration performs the resource "${resource}"`);
  if (pattern.startsWith('sync') && found !== startExecution)
    throw effectError('RESOURCE_UNSUPPORTED', `"${resource}" cannot be waited for with .${pattern}`);
  return found;
}

function mappedAs(resource: string, resources: TaskDeps['resources']): Integration | undefined {
  const mapped = resources.findIntegration(resource);
  return mapped && ((call, deps) => callMapped(mapped, call.request.arguments ?? {}, call, deps));
}

function integrated(integration: string): Integration | undefined {
  if (Object.hasOwn(INTEGRATIONS, integration)) return INTEGRATIONS[integration];
  const [, service, action] = /^aws-sdk:([a-z0-9-]+):([A-Za-z0-9]+)$/.exec(integration) ?? [];
  return action === undefined ? undefined : awsSdk(service!, action);
}

/** Calls to one function, queue, topic, table or machine share concurrency and rate limits. */
function targetOf({ request }: Effect): string {
  const { resource, arguments: given } = request as TaskRequest;
  const named = Object(given) as Record<string, unknown>;
  const names = ['FunctionName', 'QueueUrl', 'TopicArn', 'TableName', 'StateMachineArn', 'ApiEndpoint'];
  const name = functionOf(resource) ? undefined : names.map((each) => named[each]).find(isText);
  return name === undefined ? resource : `${resource} ${name}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
