import { ERRORS } from '../model/errors.ts';
import { NAME_PATTERN, RUN_ID_PATTERN, RUN_STATUSES } from '../model/run.ts';
import { ALL_SCOPES } from './scopes.ts';

/** Shapes of what the API takes and gives beyond the shared documents of `schemas/`. Requests refuse unknown fields. */

type Schema = Readonly<Record<string, unknown>>;

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const name = { type: 'string', pattern: NAME_PATTERN };
const runId = { type: 'string', pattern: RUN_ID_PATTERN };
const flag = { type: 'boolean' };
/** No control characters. */
const line = (maxLength: number) => ({ type: 'string', maxLength, pattern: '^[^\\u0000-\\u001f]*$' });

function object(
  properties: Schema,
  required: readonly string[] = Object.keys(properties),
  rest: Schema = {},
): Schema {
  return { type: 'object', properties, required, additionalProperties: false, ...rest };
}
function page(item: Schema): Schema {
  return object({ items: { type: 'array', items: item }, cursor: text }, ['items']);
}

const labels = {
  type: 'object',
  propertyNames: { pattern: '^[^=\\u0000-\\u001f]{1,128}$' },
  additionalProperties: line(256),
  maxProperties: 32,
};
const workflowMembers = {
  name,
  version: { type: 'integer', minimum: 1 },
  format: text,
  createdAt: time,
};
const diagnostics = { type: 'array', items: ref('Diagnostic') };

export const API_DOCUMENTS = {
  Problem: object(
    {
      type: { type: 'string', format: 'uri' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      code: { type: 'string', enum: Object.keys(ERRORS) },
      detail: text,
      remedy: text,
      instance: text,
      pointer: { type: 'string', description: 'RFC 6901 pointer into the body.' },
      line: { type: 'integer', minimum: 1 },
      column: { type: 'integer', minimum: 1 },
      diagnostics,
    },
    ['type', 'title', 'status', 'code', 'detail', 'remedy', 'instance'],
    { additionalProperties: true },
  ),
  Diagnostic: object(
    {
      code: text,
      severity: { type: 'string', enum: ['error', 'warning'] },
      message: text,
      pointer: text,
      line: { type: 'integer', minimum: 1 },
      column: { type: 'integer', minimum: 1 },
      suggestion: text,
    },
    ['code', 'severity', 'message', 'pointer'],
  ),
  PutWorkflow: object({
    format: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$', description: 'E.g. `triggers` or `dag`.' },
    definition: {
      type: ['object', 'string'],
      description: 'The definition, or its YAML or JSON text (then diagnostics have lines).',
    },
  }),
  Workflow: object({ ...workflowMembers, definition: { description: 'As it was given.' } }, [
    'name',
    'version',
    'format',
    'createdAt',
    'definition',
  ]),
  RegisteredWorkflow: object({ ...workflowMembers, definition: {}, created: flag, warnings: diagnostics }, [
    'name',
    'version',
    'format',
    'createdAt',
    'definition',
    'created',
    'warnings',
  ]),
  WorkflowPage: page(object(workflowMembers)),
  Versions: object({ items: { type: 'array', items: { type: 'integer', minimum: 1 } } }),
  Compilation: object({ valid: flag, diagnostics, triggers: ref('TriggersDefinition') }, [
    'valid',
    'diagnostics',
  ]),
  YamlText: { type: 'string', description: 'The definition itself; its format stands in the query.' },

  ChangedTrigger: object({ version: { type: 'integer', minimum: 1 }, trigger: ref('TriggerDefinition') }, [
    'version',
  ]),
  TriggerPage: page(ref('TriggerDefinition')),
  TriggerPatch: {
    type: 'object',
    description: 'Members to replace (JSON Merge Patch at the first level); the id stays.',
    properties: {
      activationEvents: { type: 'array' },
      condition: { type: 'object' },
      actions: { type: ['array', 'object'] },
      context: { type: 'object' },
      transient: flag,
      enabled: flag,
      scope: text,
      onError: { enum: ['dead-letter', 'fail'] },
    },
    additionalProperties: false,
    minProperties: 1,
  },
  RunTrigger: {
    type: 'object',
    description:
      'A trigger as it stands in the run; `dynamic` if the run does not have it from its definition.',
    required: ['id', 'dynamic'],
    properties: { id: text, dynamic: flag },
    additionalProperties: true,
  },
  RunTriggerPage: page(ref('RunTrigger')),
  CommandResult: object({
    applied: {
      type: 'boolean',
      description: 'False: the command stands in the log but has not been applied yet.',
    },
  }),

  StartRun: object({ id: runId, input: {}, labels, version: { type: 'integer', minimum: 1 } }, []),
  Run: object(
    {
      id: runId,
      workflow: name,
      version: { type: 'integer', minimum: 1 },
      status: { type: 'string', enum: RUN_STATUSES },
      input: {},
      output: {},
      error: text,
      cause: {},
      startedAt: time,
      endedAt: time,
      labels: { type: 'object', additionalProperties: text },
    },
    ['id', 'workflow', 'version', 'status', 'startedAt', 'labels'],
  ),
  RunPage: page(ref('Run')),
  Reason: object({ reason: line(1024) }, []),
  HistoryPage: page({
    type: 'object',
    required: ['sequence', 'at', 'kind'],
    properties: { sequence: { type: 'integer', minimum: 1 }, at: time, kind: text },
    additionalProperties: true,
  }),
  Context: object(
    {
      trigger: text,
      scope: text,
      activations: count,
      done: flag,
      values: { type: 'object' },
      members: count,
    },
    ['trigger', 'scope', 'activations', 'done', 'values'],
  ),
  ContextPage: page(ref('Context')),
  Stream: {
    type: 'string',
    description: 'Server-sent events: `run` with the run document, `task` with its state.',
  },

  CloudEventBatch: { type: 'array', items: ref('CloudEvent') },
  Accepted: object({ accepted: count }),
  CallbackResult: { description: 'The result of the effect: any JSON.' },
  CallbackFailure: object({ error: { type: 'string', minLength: 1, maxLength: 256 }, cause: {} }, []),

  DeadLetter: object(
    {
      id: text,
      partition: count,
      reason: text,
      message: text,
      at: time,
      workflow: text,
      run: text,
      trigger: text,
      event: { description: 'The event, or the text that came instead of one.' },
      effect: { description: 'The effect that failed.' },
    },
    ['id', 'partition', 'reason', 'message', 'at'],
  ),
  DeadLetterPage: page(ref('DeadLetter')),

  CreateApiKey: object(
    {
      name: { ...line(128), minLength: 1 },
      scopes: { type: 'array', items: { type: 'string', enum: ALL_SCOPES }, minItems: 1, uniqueItems: true },
      expiresAt: time,
    },
    ['name', 'scopes'],
  ),
  ApiKey: object(
    {
      id: text,
      name: text,
      scopes: { type: 'array', items: { type: 'string', enum: ALL_SCOPES } },
      createdAt: time,
      expiresAt: time,
    },
    ['id', 'name', 'scopes', 'createdAt'],
  ),
  CreatedApiKey: object(
    {
      id: text,
      name: text,
      scopes: { type: 'array', items: { type: 'string', enum: ALL_SCOPES } },
      createdAt: time,
      expiresAt: time,
      key: { type: 'string', description: 'Shown this once; only its hash is kept.' },
    },
    ['id', 'name', 'scopes', 'createdAt', 'key'],
  ),
  ApiKeyPage: page(ref('ApiKey')),
  Health: object({ status: { type: 'string', enum: ['live', 'ready'] } }),
  Metrics: { type: 'string', description: 'Prometheus text format 0.0.4.' },
  OpenApi: { type: 'object', description: 'OpenAPI 3.1.' },
} as const satisfies Record<string, Schema>;
