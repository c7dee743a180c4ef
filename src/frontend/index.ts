export {
  createFrontend,
  DEFAULT_HOST,
  DEFAULT_PORT,
  type Frontend,
  type FrontendOptions,
} from './frontend.ts';
export { createOperationsServer, type Operations, type OperationsServer } from './operations.ts';
export type { Problem } from './problem.ts';
export type { StepFunctionsOptions } from './step-functions/index.ts';
