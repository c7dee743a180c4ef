import type { TraceEvent } from './corpus-cases.ts';

/** Of an event in the service's shape: its type, and the details under a name of their own. */
export interface ServiceEvent {
  readonly type: string;
  readonly [details: string]: unknown;
}

/** What is compared of the events of a history, the JSON in it read. */
export function traceOf(events: readonly ServiceEvent[]): TraceEvent[] {
  return events.map((event) => {
    const details = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1] ?? {};
    const { name, input, output, assignedVariables, length, index, error, cause } = details as Readonly<
      Record<string, unknown>
    >;
    return {
      type: event.type,
      ...(name !== undefined && { name: name as string }),
      ...(input !== undefined && { input: read(input) }),
      ...(output !== undefined && { output: read(output) }),
      ...(assignedVariables !== undefined && { assigned: variables(assignedVariables) }),
      ...(length !== undefined && { length: length as number }),
      ...(index !== undefined && { index: index as number }),
      ...(error !== undefined && { error: error as string }),
      ...(cause !== undefined && { cause: cause as string }),
    };
  });
}

const read = (text: unknown): unknown => JSON.parse(text as string);

/** Each variable's value is JSON text. */
function variables(assigned: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(assigned as object).map(([name, value]) => [name, read(value)]));
}
