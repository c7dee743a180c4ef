import { isTime } from '../model/cloud-event-codec.ts';
import { TidegateError } from '../model/errors.ts';
import { NAME_PATTERN, RUN_ID_PATTERN, RUN_STATUSES, type RunStatus } from '../model/run.ts';
import type { Call } from './route.ts';

/** One query parameter: how it is described, read from text and found in a call. */
export interface Parameter<T> {
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** Throws INVALID_PARAMETER. */
  read(text: string): T;
  of(call: Call): T | undefined;
}

function parameter<T>(
  name: string,
  description: string,
  schema: Readonly<Record<string, unknown>>,
  parse: (text: string) => T | undefined,
  rule: string,
): Parameter<T> {
  const self: Parameter<T> = {
    name,
    description,
    schema,
    read(text) {
      const value = parse(text);
      if (value === undefined) throw invalidParameter(name, text, rule);
      return value;
    },
    of: (call) => call.values.get(self) as T | undefined,
  };
  return self;
}

export function invalidParameter(name: string, value: string, rule: string): TidegateError {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  return new TidegateError('INVALID_PARAMETER', `${name} is ${JSON.stringify(shown)}; it ${rule}`, {
    details: { parameter: name },
  });
}

function textParameter(name: string, description: string, pattern: string): Parameter<string> {
  const expression = new RegExp(pattern, 'u');
  return parameter(
    name,
    description,
    { type: 'string', pattern },
    (text) => (expression.test(text) ? text : undefined),
    `must match ${pattern}`,
  );
}

function integerParameter(
  name: string,
  description: string,
  bounds: { minimum: number; maximum: number; default?: number },
): Parameter<number> {
  return parameter(
    name,
    description,
    { type: 'integer', ...bounds },
    (text) => {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= bounds.minimum && value <= bounds.maximum ? value : undefined;
    },
    `must be an integer from ${bounds.minimum} to ${bounds.maximum}`,
  );
}

function timeParameter(name: string, description: string): Parameter<number> {
  return parameter(
    name,
    description,
    { type: 'string', format: 'date-time' },
    (text) => {
      const time = isTime(text) ? Date.parse(text) : Number.NaN;
      return Number.isNaN(time) ? undefined : time;
    },
    'must be an RFC 3339 time such as 2026-11-05T10:00:00Z (in a URL a "+" is written %2B)',
  );
}

export const limit = integerParameter('limit', 'Items of a page.', {
  minimum: 1,
  maximum: 1000,
  default: 100,
});
export const cursor = textParameter(
  'cursor',
  'Where the page before it ended: its `cursor`.',
  '^[!-~]{1,1024}$',
);
export const version = integerParameter('version', 'A version; absent: the newest.', {
  minimum: 1,
  maximum: 999_999_999,
});
export const force = parameter(
  'force',
  'Cancel the live runs first.',
  { type: 'boolean', default: false },
  (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  'must be true or false',
);
export const format = textParameter(
  'format',
  'Format of a definition that is sent as `application/yaml`.',
  '^[a-z][a-z0-9-]{0,63}$',
);
export const workflow = textParameter('workflow', 'Only of this workflow.', NAME_PATTERN);
export const run = textParameter('run', 'Only of this run; wants `workflow` too.', RUN_ID_PATTERN);
export const since = timeParameter('since', 'Started at this time or later.');
export const until = timeParameter('until', 'Started at this time or earlier.');
export const status: Parameter<RunStatus> = parameter(
  'status',
  'Only runs of this status.',
  { type: 'string', enum: RUN_STATUSES },
  (text) => RUN_STATUSES.find((known) => known === text),
  `must be one of ${RUN_STATUSES.join(', ')}`,
);
export const label: Parameter<readonly [string, string]> = parameter(
  'label',
  'Only runs with this label, `name=value`.',
  { type: 'string', pattern: '^[^=\\u0000-\\u001f]{1,128}=[^\\u0000-\\u001f]{0,256}$' },
  (text) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about them
    const parts = /^([^=\u0000-\u001f]{1,128})=([^\u0000-\u001f]{0,256})$/.exec(text);
    return parts ? ([parts[1] as string, parts[2] as string] as const) : undefined;
  },
  'must be name=value without control characters',
);

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
export const MAX_WAIT_MS = 300_000;

/** `30s`, `500ms`, `2m`; milliseconds in the call. */
export const wait = parameter(
  'wait',
  'Answer when the run has ended, or with the run as it stands after this time: `500ms`, `30s`, at most `5m`.',
  { type: 'string', pattern: '^[0-9]{1,6}(ms|s|m)$' },
  (text) => {
    const parts = /^(\d{1,6})(ms|s|m)$/.exec(text);
    if (!parts) return undefined;
    const ms = Number(parts[1]) * (UNIT_MS[parts[2] as string] as number);
    return ms <= MAX_WAIT_MS ? ms : undefined;
  },
  'must be a duration such as 500ms, 30s or 2m, of at most 5m',
);

/** The parameters that stand in paths. */
export const PATH_PARAMETERS: Readonly<
  Record<string, { readonly description: string; readonly pattern: string }>
> = {
  name: { description: 'Name of the workflow.', pattern: NAME_PATTERN },
  run: { description: 'Id of the run; `standing` for the standing run.', pattern: RUN_ID_PATTERN },
  trigger: { description: 'Id of the trigger.', pattern: NAME_PATTERN },
  interception: { description: 'Id of the interception.', pattern: NAME_PATTERN },
  token: { description: 'The token of the `Tidegate-Callback` URL.', pattern: '^[A-Za-z0-9_.~-]{1,4096}$' },
  deadLetter: { description: 'Id of the dead letter.', pattern: '^[!-~]{1,256}$' },
  key: { description: 'Id of the API key.', pattern: '^[A-Za-z0-9_-]{1,64}$' },
};

const PATH_EXPRESSIONS: Readonly<Record<string, RegExp>> = Object.fromEntries(
  Object.entries(PATH_PARAMETERS).map(([name, { pattern }]) => [name, new RegExp(pattern)]),
);

/** Throws INVALID_PARAMETER for a part of the path that cannot name anything. */
export function checkPath(path: Readonly<Record<string, string>>): void {
  for (const name in path) {
    const value = path[name] as string;
    if (!PATH_EXPRESSIONS[name]?.test(value))
      throw invalidParameter(`{${name}}`, value, `must match ${PATH_PARAMETERS[name]?.pattern}`);
  }
}

const NONE: ReadonlyMap<Parameter<unknown>, unknown> = new Map();

/** The query's values by their parameters. Throws INVALID_PARAMETER for a name not listed, given twice, or a bad value. */
export function readQuery(
  known: readonly Parameter<unknown>[] | undefined,
  url: string,
): ReadonlyMap<Parameter<unknown>, unknown> {
  const start = url.indexOf('?');
  if (start < 0 || start === url.length - 1) return NONE;
  const values = new Map<Parameter<unknown>, unknown>();
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const found = known?.find((candidate) => candidate.name === name);
    if (!found) {
      const names = known?.map((candidate) => candidate.name).join(', ') || 'none';
      throw invalidParameter(name, pair, `is not a parameter of this route (known: ${names})`);
    }
    if (values.has(found)) throw invalidParameter(name, pair, 'must be given once');
    values.set(found, found.read(decode(equals < 0 ? '' : pair.slice(equals + 1))));
  }
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new TidegateError(
      'INVALID_PARAMETER',
      `the query holds ${JSON.stringify(text.slice(0, 80))}, a broken escape`,
      {
        cause,
      },
    );
  }
}
