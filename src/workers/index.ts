export { ActivityTasks, type TakenActivityTask } from './activity-tasks.ts';
export { type Clock, type Randomness, systemClock } from './clock.ts';
export {
  type Engine,
  type EngineOptions,
  type GatewayOptions,
  type GatewayProcess,
  type InvokerPorts,
  startEngine,
  startGateway,
  startWorker,
  systemRandomness,
  type WorkerOptions,
  type WorkerProcess,
} from './engine-process.ts';
export type {
  CommandResult,
  ContextDocument,
  Gateway,
  Health,
  HistoryPage,
  Metric,
  PageRequest,
  RunNotice,
} from './gateway.ts';
export { type HistoryItem, historyEntry } from './history-entry.ts';
export type { Logger } from './worker.ts';
