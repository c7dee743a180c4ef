/**
 * Tidegate as a library: a whole engine inside a program, and a client for one that runs elsewhere.
 */
export type {
  BrokerConnections,
  BrokerTls,
  FunctionCall,
  KafkaConnection,
  NamedFunction,
  NatsConnection,
  ResourceTarget,
} from './actions/index.ts';
export { startTidegate, type Tidegate, type TidegateOptions } from './cli/embedded.ts';
export { VERSION } from './cli/version.ts';
export * from './client/index.ts';
export type { CloudEvent } from './model/cloud-event.ts';
export type * from './model/documents.ts';
export { type Diagnostic, ERRORS, type ErrorCode, TidegateError } from './model/errors.ts';
export { LIMITS, type LimitName, type Limits } from './model/limits.ts';
export { isEnded, RUN_STATUSES, type RunDocument, type RunStatus } from './model/run.ts';
export type {
  CommandResult,
  ContextDocument,
  Gateway,
  Health,
  HistoryPage,
  Logger,
  PageRequest,
  RunNotice,
} from './workers/index.ts';
