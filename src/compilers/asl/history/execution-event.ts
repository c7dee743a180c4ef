/** An event of an execution's history, with the names and details of AWS Step Functions. */
export interface ExecutionEvent {
  /** From 1. */
  readonly id: number;
  /** What led to it along the path of its token; 0: nothing before it. */
  readonly previousEventId: number;
  /** milliseconds of the epoch */
  readonly timestamp: number;
  readonly type: string;
  /** As the service names them; data are JSON texts. Absent where a type has none. */
  readonly details?: EventDetails;
}

export interface EventDetails {
  readonly name?: string;
  readonly input?: string;
  readonly inputDetails?: DataDetails;
  readonly output?: string;
  readonly outputDetails?: DataDetails;
  /** JSON text by variable. */
  readonly assignedVariables?: Readonly<Record<string, string>>;
  readonly assignedVariablesDetails?: DataDetails;
  readonly error?: string;
  readonly cause?: string;
  readonly length?: number;
  readonly index?: number;
  readonly [member: string]: unknown;
}

interface DataDetails {
  readonly truncated: boolean;
}

const WHOLE: DataDetails = { truncated: false };

export function inputDetails(value: unknown): EventDetails {
  return { input: textOf(value), inputDetails: WHOLE };
}
export function outputDetails(value: unknown): EventDetails {
  return { output: textOf(value), outputDetails: WHOLE };
}
export function assignedDetails(values: Readonly<Record<string, unknown>>): EventDetails {
  const texts = Object.entries(values).map(([name, value]) => [name, textOf(value)] as const);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: WHOLE };
}

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

const ALSO_NAMED: readonly (readonly [end: string, member: string])[] = [
  ['StateEntered', 'stateEnteredEventDetails'],
  ['StateExited', 'stateExitedEventDetails'],
];

/** The event with its details under the name that GetExecutionHistory has for them, such as `stateEnteredEventDetails`. */
export function serviceEvent({ details, ...event }: ExecutionEvent): Omit<ExecutionEvent, 'details'> & {
  readonly [details: string]: unknown;
} {
  if (details === undefined) return event;
  const { type } = event;
  const named = ALSO_NAMED.find(([end]) => type.endsWith(end))?.[1];
  return { ...event, [named ?? `${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`]: details };
}
