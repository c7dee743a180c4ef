export {
  type ClientOptions,
  type Compilation,
  type DeadLetterDocument,
  type Page,
  type PageOptions,
  type RegisteredWorkflow,
  type RunQuery,
  type StartOptions,
  type StartRun,
  type StreamEvent,
  type TaskNotice,
  TidegateClient,
} from './client.ts';
