export { type ExecutionHistoryOptions, executionEvents } from './events.ts';
export { type EventDetails, type ExecutionEvent, serviceEvent } from './execution-event.ts';
