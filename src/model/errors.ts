/**
 * The one table of errors. Each row: code, HTTP status, whether a retry can help, and the remedy a person reads.
 * `docs/errors.md` has a paragraph per code; a test holds the two together.
 */
export interface ErrorRow {
  /** HTTP status of the problem document (RFC 9457) when the error reaches a REST client. */
  readonly status: number;
  /** `retryable`: the same call may succeed later. `terminal`: it never will, unchanged. */
  readonly class: 'retryable' | 'terminal';
  /** What to do about it, in a sentence. */
  readonly remedy: string;
}

const row = (status: number, klass: ErrorRow['class'], remedy: string): ErrorRow => ({
  status,
  class: klass,
  remedy,
});

export const ERRORS = {
  // --- input ---
  INVALID_JSON: row(400, 'terminal', 'Send a body that is valid JSON (RFC 8259).'),
  INVALID_YAML: row(400, 'terminal', 'Correct the YAML at the line named.'),
  INVALID_EVENT: row(400, 'terminal', 'Send a CloudEvent 1.0 with id, source, type and specversion "1.0".'),
  INVALID_BODY: row(400, 'terminal', 'Compare the body with the schema in /openapi.json.'),
  INVALID_PARAMETER: row(400, 'terminal', 'Compare the path and query with /openapi.json.'),
  INVALID_DEFINITION: row(
    422,
    'terminal',
    'Correct the places the diagnostics name; `tidegate validate` lists them all.',
  ),
  INVALID_EXPRESSION: row(422, 'terminal', 'Correct the expression; see docs/expressions.md.'),
  INVALID_CONFIGURATION: row(
    500,
    'terminal',
    'Correct the setting named; `tidegate help` lists all of them.',
  ),
  UNSAFE_KEY: row(400, 'terminal', 'Rename the key: "__proto__", "constructor" and "prototype" are refused.'),
  RESERVED_TYPE: row(403, 'terminal', 'Choose an event type that does not begin with "dev.tidegate.".'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'terminal', 'Use application/json or application/cloudevents+json.'),
  UNSUPPORTED_FORMAT: row(422, 'terminal', 'Use one of the formats listed in docs/workflows.md.'),
  // --- limits ---
  BODY_TOO_LARGE: row(413, 'terminal', 'Send less at once, or raise the body limit in the configuration.'),
  NESTING_TOO_DEEP: row(400, 'terminal', 'Flatten the document; the limit is named in the message.'),
  LIMIT_EXCEEDED: row(422, 'terminal', 'Stay within the limit named, or raise it in the configuration.'),
  EXPRESSION_LIMIT: row(
    422,
    'terminal',
    'Make the expression or its input smaller; the limit is counted in steps.',
  ),
  // --- look-ups and state ---
  NOT_FOUND: row(404, 'terminal', 'Check the name; GET the collection to see what is there.'),
  WORKFLOW_NOT_FOUND: row(404, 'terminal', 'Register the workflow first: PUT /v1/workflows/{name}.'),
  VERSION_NOT_FOUND: row(404, 'terminal', 'List the versions of the workflow and use one of them.'),
  RUN_NOT_FOUND: row(404, 'terminal', 'Start the run first, or check its id.'),
  TRIGGER_NOT_FOUND: row(404, 'terminal', 'GET the triggers of the workflow to see their ids.'),
  DEAD_LETTER_NOT_FOUND: row(404, 'terminal', 'GET /v1/dead-letters to see what is there.'),
  RUN_EXISTS: row(409, 'terminal', 'Choose another run id, or start it with the same input again.'),
  RUN_ENDED: row(409, 'terminal', 'The run has ended; start another or redrive it.'),
  RUN_NOT_REDRIVABLE: row(
    409,
    'terminal',
    'Only a run that failed, timed out, stalled or was cancelled can be redriven.',
  ),
  TRIGGER_EXISTS: row(409, 'terminal', 'Choose another trigger id, or PUT to replace the trigger.'),
  WORKFLOW_IN_USE: row(
    409,
    'terminal',
    'Cancel the running runs of the workflow first, or delete with ?force=true.',
  ),
  IDEMPOTENCY_CONFLICT: row(409, 'terminal', 'Use a new Idempotency-Key for a different request.'),
  INVALID_TOKEN: row(
    403,
    'terminal',
    'Use the callback URL exactly as it was given; it serves one effect only.',
  ),
  CALLBACK_CLOSED: row(410, 'terminal', 'The effect has already completed, timed out or been cancelled.'),
  UNAUTHENTICATED: row(401, 'terminal', 'Send an API key: Authorization: Bearer KEY.'),
  FORBIDDEN: row(403, 'terminal', 'Use an API key that holds the scope named.'),
  METHOD_NOT_ALLOWED: row(405, 'terminal', 'Use a method that /openapi.json lists for this path.'),
  // --- events that could not be applied (dead letters) ---
  EVENT_WITHOUT_RUN: row(
    422,
    'terminal',
    'Send workflow and run attributes, or give the workflow a start subscription or correlation.',
  ),
  EVENT_FOR_UNKNOWN_WORKFLOW: row(404, 'terminal', 'Register the workflow, then replay the dead letter.'),
  EVENT_FOR_UNKNOWN_RUN: row(404, 'terminal', 'Start the run, then replay the dead letter.'),
  EVENT_FOR_ENDED_RUN: row(409, 'terminal', 'The run had ended before the event came.'),
  EARLY_BUFFER_OVERFLOW: row(
    422,
    'terminal',
    'Add the trigger the events wait for, then replay; or raise the buffer limit.',
  ),
  EARLY_EVENT_EXPIRED: row(422, 'terminal', 'No trigger asked for the event in time; add one and replay.'),
  POISONOUS_EVENT: row(
    500,
    'terminal',
    'The event made the engine fail; report it with the stack in the dead letter.',
  ),
  CONDITION_FAILED: row(
    422,
    'terminal',
    'Correct the condition or its expression, then replay the dead letter.',
  ),
  ACTION_FAILED: row(422, 'terminal', 'Correct the action or its expression, then replay the dead letter.'),
  CONTEXT_TOO_LARGE: row(422, 'terminal', 'Keep less in the context; the limit is named in the message.'),
  STEP_BUDGET: row(
    422,
    'terminal',
    'The run loops without end inside one step; look for a cycle among its triggers.',
  ),
  // --- effects ---
  EFFECT_FAILED: row(502, 'retryable', 'The target refused or failed the call; see the cause.'),
  EFFECT_REFUSED: row(502, 'terminal', 'The target answered with a status that a retry cannot change.'),
  EFFECT_TIMEOUT: row(504, 'retryable', 'Give the call more time, or make the target answer sooner.'),
  HEARTBEAT_TIMEOUT: row(504, 'retryable', 'Send heartbeats more often than the interval set.'),
  TARGET_UNREACHABLE: row(502, 'retryable', 'Check that the target runs and can be reached from the worker.'),
  TARGET_FORBIDDEN: row(
    403,
    'terminal',
    'Allow the address in TIDEGATE_ALLOW_ADDRESSES if it is meant to be called.',
  ),
  TARGET_NOT_FOUND: row(
    422,
    'terminal',
    'Create the topic, or the stream that takes the subject, or correct its name in the action.',
  ),
  CONNECTION_NOT_FOUND: row(
    422,
    'terminal',
    'Name the connection under `connections` in the configuration of the workers.',
  ),
  AWS_CLIENT_MISSING: row(
    422,
    'terminal',
    'Install the npm package named beside Tidegate, in every process that runs a worker.',
  ),
  RESOURCE_UNSUPPORTED: row(
    422,
    'terminal',
    'Use a resource that docs/actions/task.md lists, or map the ARN to a target in TIDEGATE_RESOURCES.',
  ),
  RESPONSE_TOO_LARGE: row(502, 'terminal', 'Answer with less, or raise the response limit.'),
  FUNCTION_NOT_FOUND: row(422, 'terminal', 'Register the function under that name before the run starts.'),
  FUNCTION_FAILED: row(500, 'retryable', 'The function threw; see the cause.'),
  SECRET_NOT_FOUND: row(
    422,
    'terminal',
    'Provide the secret as TIDEGATE_SECRET_NAME or as a file in the secrets folder.',
  ),
  // --- runs ---
  RUN_FAILED: row(500, 'terminal', 'A task of the run failed; see the cause and the history.'),
  RUN_TIMED_OUT: row(504, 'terminal', 'Give the run more time, or look for what it waited on.'),
  RUN_CANCELLED: row(409, 'terminal', 'Someone cancelled the run.'),
  RUN_STALLED: row(
    500,
    'terminal',
    'Nothing can move the run any more; see the reason, then redrive or cancel.',
  ),
  // --- store and log ---
  STORE_UNAVAILABLE: row(503, 'retryable', 'Wait until the store is back; nothing was lost.'),
  STORE_FULL: row(
    507,
    'retryable',
    'Free disk space (Redis: memory); the engine goes on by itself when there is room.',
  ),
  STORE_CORRUPT: row(
    500,
    'terminal',
    'Restore the data folder from a backup, or move it away to start anew.',
  ),
  STORE_VERSION: row(500, 'terminal', 'Use the Tidegate version that wrote the store, or migrate it.'),
  STORE_LOCKED: row(
    503,
    'retryable',
    'Another process uses the data folder; stop it or choose another folder.',
  ),
  PARTITIONS_CHANGED: row(
    500,
    'terminal',
    'The partition count is fixed at install; set it back or start with a new store.',
  ),
  POSITION_LOST: row(
    500,
    'terminal',
    'The log no longer holds the stored position; restore the log or reset the partition by hand.',
  ),
  LOG_UNAVAILABLE: row(
    503,
    'retryable',
    'Wait until the event log is back; nothing that was accepted is lost.',
  ),
  LOG_MISSING: row(
    500,
    'terminal',
    'Restore the topic or stream named, or install anew with an empty store.',
  ),
  ACCESS_DENIED: row(500, 'terminal', 'Correct the credentials or the rights of the user named.'),
  FENCED: row(409, 'retryable', 'Another worker owns the partition now.'),
  NOT_READY: row(503, 'retryable', 'The engine is starting or draining; try again soon.'),
  INTERNAL: row(500, 'terminal', 'This is a defect; please report it with the log line.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** Where an error lies in a document: RFC 6901 pointer, and line and column (from 1) where the text is known. */
export interface Place {
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Every error Tidegate raises on purpose. `message` holds the value at fault; the remedy comes from the table. */
export class TidegateError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  /** Extra members for the problem document, e.g. `diagnostics` or `limit`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; place?: Place; details?: Readonly<Record<string, unknown>> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TidegateError';
    this.code = code;
    this.place = options?.place;
    this.details = options?.details;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
  get retryable(): boolean {
    return ERRORS[this.code].class === 'retryable';
  }
  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

/** What a compiler or validator reports. All of a definition's diagnostics come in one go. */
export interface Diagnostic {
  /** A code of the dialect, e.g. `DAG_CYCLE`; listed in the dialect's page. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** RFC 6901 JSON pointer into the definition. */
  readonly pointer: string;
  readonly line?: number;
  readonly column?: number;
  /** What to write instead, where that is known. */
  readonly suggestion?: string;
}
