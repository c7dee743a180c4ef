import type { ActionDefinition } from '../model/documents.ts';
import type { Limits } from '../model/limits.ts';
import type { ActionType, CompiledAction } from './action.ts';
import { addTrigger, changeTrigger, intercept } from './change-trigger.ts';
import { emit } from './emit.ts';
import { complete, fail } from './end-run.ts';
import { cancelFork, endScope, fork } from './fork.ts';
import { functionAction } from './function.ts';
import { http } from './http.ts';
import { publish } from './publish.ts';
import { retryState } from './retry-state.ts';
import { set } from './set.ts';
import { startRun } from './start-run.ts';
import { task } from './task/task.ts';
import { cancelTimer, setTimer } from './timer.ts';

/** The registry: a new action is one file and one line here. */
const ACTIONS: {
  readonly [T in ActionDefinition['type']]: ActionType<Extract<ActionDefinition, { type: T }>>;
} = {
  http,
  function: functionAction,
  publish,
  'start-run': startRun,
  task,
  emit,
  set,
  'set-timer': setTimer,
  'cancel-timer': cancelTimer,
  fork,
  'end-scope': endScope,
  'cancel-fork': cancelFork,
  complete,
  fail,
  'add-trigger': addTrigger,
  'enable-trigger': changeTrigger as ActionType<never>,
  'disable-trigger': changeTrigger as ActionType<never>,
  'remove-trigger': changeTrigger as ActionType<never>,
  intercept,
  'retry-state': retryState,
};

export const ACTION_TYPES = Object.keys(ACTIONS);

/** Throws INVALID_EXPRESSION where a template of the action cannot be read. */
export function compileAction(definition: ActionDefinition, limits: Limits): CompiledAction {
  const type = ACTIONS[definition.type] as ActionType<ActionDefinition>;
  return type.compile(definition, limits);
}

export {
  ACCEPTED,
  type CompiledAction,
  EffectError,
  type Invoker,
  type InvokerCall,
  type Operation,
  type PlanEnvironment,
  type Tolerance,
} from './action.ts';
export type { AddressPolicy } from './address-guard.ts';
export type {
  BrokerConnections,
  BrokerTls,
  KafkaConnection,
  NatsConnection,
} from './broker-connection.ts';
export { type BrokerPublishers, brokerPublishers } from './broker-publishers.ts';
export {
  type CallbackClaim,
  LONGEST_CALLBACK_TOKEN,
  signCallback,
  verifyCallback,
} from './callback-token.ts';
export { type FunctionCall, functionInvoker, type NamedFunction } from './function.ts';
export type { HttpRequest } from './http.ts';
export { type HttpInvokerDeps, httpInvoker } from './http-invoker.ts';
export { type ChildResult, type ReadItems, transformedResults, type WriteResults } from './items/index.ts';
export {
  type Outgoing,
  type OutgoingAnswer,
  type OutgoingCall,
  type OutgoingOptions,
  undiciOutgoing,
} from './outgoing.ts';
export type { OutgoingCallDeps } from './outgoing-call.ts';
export type { PublishRequest } from './publish.ts';
export { type PublishInvokerDeps, publishInvoker } from './publish-invoker.ts';
export { publishedEvent } from './published-event.ts';
export { ResourceMap, type ResourceTarget, readResourceMap } from './resource-map.ts';
export { type SecretSources, type Secrets, secretNamesIn, secretsFrom } from './secrets.ts';
export type { StartRunRequest } from './start-run.ts';
export type { ActivityQueue, ActivityTask } from './task/activity.ts';
export { activityNameOf, functionOf, integrationOf } from './task/arn.ts';
export { type AwsClients, type AwsEnvironment, awsClients } from './task/aws-clients.ts';
export { type TaskInvokerDeps, taskInvoker } from './task/invoker.ts';
export type { ExecutionReport, ExecutionStart, Executions } from './task/start-execution.ts';
export type { TaskPattern, TaskRequest } from './task/task.ts';
export { TASK_TOKEN } from './task/token.ts';
