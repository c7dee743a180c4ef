import type { CloudEvent } from '../model/cloud-event.ts';
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
): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: `/${step.run.key}`,
    type,
    ...(subject !== undefined && { subject }),
    ...(scope !== '' && { scope }),
    data,
    ...(traceparent !== undefined && { traceparent }),
  };
}
