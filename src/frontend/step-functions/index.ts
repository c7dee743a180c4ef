export { type EndpointSurroundings, type StepFunctionsOptions, serveStepFunctions } from './endpoint.ts';
export type {
  HistoryEvent,
  MachineType,
  MapRun,
  MapRunChange,
  MapRunCounts,
  MapRuns,
  StatesLanguageParts,
} from './parts.ts';
export { ServiceError } from './service-error.ts';
