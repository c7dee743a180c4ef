import { TidegateError } from './errors.ts';

/**
 * The one table of limits: unit and default. What goes beyond one gets LIMIT_EXCEEDED (or the code named) with the
 * limit's name, so that a reader finds this row. A configuration may change any of them (`limits.<name>`).
 */
export const LIMITS = {
  /** bytes of an HTTP request body (BODY_TOO_LARGE) */
  bodyBytes: 1_048_576,
  /** bytes of a definition document */
  definitionBytes: 8_388_608,
  /** bytes of one event, serialised */
  eventBytes: 1_048_576,
  /** levels of arrays and objects in any JSON that comes from outside (NESTING_TOO_DEEP) */
  jsonDepth: 64,
  /** events in one batch request */
  batchEvents: 10_000,
  /** characters of a workflow, run, trigger or task name */
  nameLength: 128,
  /** triggers of one workflow */
  triggers: 100_000,
  /** triggers added to one run while it lives */
  dynamicTriggers: 10_000,
  /** tasks of one DAG */
  tasks: 5_000,
  /** elements of one fork: forEach width */
  forkWidth: 100_000,
  /** scopes of one fork that are open at once; the others wait */
  openScopes: 10_000,
  /** levels of nested scopes */
  scopeDepth: 32,
  /** bytes of one trigger's context, serialised (CONTEXT_TOO_LARGE) */
  contextBytes: 1_048_576,
  /** bytes of the members' data that one join keeps (CONTEXT_TOO_LARGE) */
  collectedBytes: 67_108_864,
  /** members a join or sequence remembers */
  joinMembers: 100_000,
  /** early events kept per run (EARLY_BUFFER_OVERFLOW) */
  earlyEvents: 1_000,
  /** milliseconds an early event is kept (EARLY_EVENT_EXPIRED) */
  earlyTtlMs: 3_600_000,
  /** events processed in one step before the rest waits for the next batch */
  stepEvents: 1_000,
  /** internal events a run may have waiting (STEP_BUDGET) */
  queuedEvents: 250_000,
  /** inputs in one run's history */
  historyEntries: 25_000,
  /** source+id marks remembered per partition for dedupe */
  dedupeMarks: 524_288,
  /** pending effects of one run */
  pendingEffects: 100_000,
  /** pending timers of one run */
  pendingTimers: 100_000,
  /** bytes of a target's response */
  responseBytes: 1_048_576,
  /** bytes of a task's result, of a state's output and of its variables together, as JSON (States.DataLimitExceeded) */
  payloadBytes: 262_144,
  /** bytes of the objects that one reader of items takes, unpacked (States.ItemReaderFailed) */
  itemBytes: 67_108_864,
  /** characters of an expression's text */
  expressionLength: 8_192,
  /** steps of one evaluation (EXPRESSION_LIMIT) */
  expressionSteps: 100_000,
  /** nesting levels of an expression */
  expressionDepth: 64,
  /** characters or elements an expression's value may have (EXPRESSION_LIMIT) */
  expressionResult: 1_048_576,
  /** different JSONata expressions in one definition: each takes the parser a tenth of a millisecond */
  jsonataExpressions: 5_000,
  /** characters of a JSONata expression's text */
  jsonataLength: 65_536,
  /** steps of one evaluation of JSONata (States.QueryEvaluationError) */
  jsonataSteps: 1_000_000,
  /** levels of the expression and its calls that one evaluation of JSONata goes down (States.QueryEvaluationError) */
  jsonataDepth: 2_000,
  /** dead letters kept per partition; the oldest give way */
  deadLetters: 100_000,
  /** finished runs kept per partition; the oldest give way */
  finishedRuns: 1_000_000,
  /** labels of a run */
  labels: 32,
} as const;

export type LimitName = keyof typeof LIMITS;
export type Limits = Readonly<Record<LimitName, number>>;

/** Throws when `value` is above `limits[name]`. `what` names the place, e.g. `forEach of task "split"`. */
export function requireWithin(limits: Limits, name: LimitName, value: number, what: string): void {
  if (value > limits[name]) {
    throw new TidegateError('LIMIT_EXCEEDED', `${what} is ${value}; the limit ${name} is ${limits[name]}`, {
      details: { limit: name, maximum: limits[name], actual: value },
    });
  }
}
