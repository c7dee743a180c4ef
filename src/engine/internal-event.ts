import type { CloudEvent } from '../model/cloud-event.ts';
import type { Token } from '../model/token.ts';
import type { Step } from './step.ts';

/** An event of the engine's own, or one that an action emits. */
export function internalEvent(
  step: Step,
  type: string,
  subject: string | undefined,
  scope: string,
  id: string,
  data: unknown,
  traceparent?: string,
  token?: Token,
): CloudEvent {
  const event: Mutable<CloudEvent> = { specversion: '1.0', id, source: `/${step.run.key}`, type, data };
  if (subject !== undefined) event.subject = subject;
  if (scope !== '') event.scope = scope;
  if (traceparent !== undefined) event.traceparent = traceparent;
  if (token !== undefined) event.token = token;
  return event;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
