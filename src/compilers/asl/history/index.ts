export {
  type ExecutionHistoryOptions,
  type ExecutionTelling,
  executionEvents,
  executionTelling,
} from './events.ts';
export { type EventDetails, type ExecutionEvent, serviceEvent } from './execution-event.ts';
