import { BROKER_SETTINGS } from './broker-settings.ts';
import { choice, engine, integer, limits, list, optional, path, type Setting, text, url } from './setting.ts';
import { STEP_FUNCTIONS_SETTINGS } from './step-functions-settings.ts';

export type { Setting } from './setting.ts';

const DAY_MS = 86_400_000;

/** All settings. What is not here cannot be configured. */
export const SETTINGS = {
  host: engine(
    text,
    '127.0.0.1',
    'Address the front end listens on. Beyond the loopback it wants `apiKeys` or `awsKeys`.',
  ),
  port: engine(integer(0, 65_535), 7171, 'Port the front end listens on; 0 takes a free one.'),
  dataDir: engine(path, '.tidegate', 'Folder of the embedded log and store; made if it is missing.'),
  log: engine(
    choice(['embedded', 'kafka', 'nats', 'redis']),
    'embedded',
    'The event log. Anything but `embedded` wants `store` to be `redis`.',
  ),
  store: engine(
    choice(['embedded', 'redis']),
    'embedded',
    'The state store: a file in `dataDir`, for one process, or Redis, for any number.',
  ),
  partitions: engine(
    integer(1, 1_024),
    4,
    'Partitions of the log. Fixed at the first start: another number later is refused.',
  ),
  synchronous: engine(
    choice(['full', 'normal']),
    'full',
    '`full`: what was acknowledged survives a power cut. `normal`: it survives a crash of the process only, and costs less.',
  ),
  retentionMs: optional(
    integer(1_000, 3_650 * DAY_MS),
    'Milliseconds a finished run is kept. Not set: until `limits.finishedRuns` is reached.',
  ),
  drainMs: engine(
    integer(0, 600_000),
    10_000,
    'Milliseconds that calls under way get to finish when the process is told to stop.',
  ),
  functions: optional(
    path,
    'Module (`.ts`, `.js`) whose exported functions serve actions of type `function`.',
  ),
  ...BROKER_SETTINGS,
  ...STEP_FUNCTIONS_SETTINGS,
  leaseMs: engine(
    integer(500, 600_000),
    10_000,
    "Milliseconds until the partitions of a worker that died, or sleeps, are others'. The same for all workers.",
  ),
  handOverMs: engine(
    integer(0, 60_000),
    500,
    'Milliseconds that calls under way get to end when their partition goes to another worker in good order.',
  ),
  heldRuns: engine(
    integer(1, 100_000_000),
    200_000,
    'Runs kept in the memory of a worker, per partition; those used least go first, and are read again.',
  ),
  workerHost: engine(
    text,
    '127.0.0.1',
    'Address a worker serves `/healthz`, `/readyz` and `/metrics` on, without keys.',
  ),
  workerPort: engine(integer(0, 65_535), 0, 'Port of `workerHost`; 0 takes a free one, which is printed.'),
  eventKey: {
    ...optional(
      text,
      'Seals the commands that the engine sends itself through a shared log; those without the seal are refused. The same in all processes. Not set: whoever can write to the log can command runs.',
    ),
    secret: true,
  },
  connections: optional(
    path,
    'YAML or JSON file of the Kafka clusters and NATS servers that the action `publish` may name.',
  ),
  resources: optional(
    path,
    'YAML or JSON file of what stands for the resources of tasks, by ARN or function name. Not set: ARNs mean AWS, and workflows of their names.',
  ),
  allowAddresses: engine(
    list,
    [],
    'Addresses and networks (CIDR) outside the public ones that actions may call, such as `10.1.0.0/16`. The loopback is allowed in embedded mode.',
  ),
  secretsDir: optional(path, 'Folder with a file per secret, for `secret://NAME` references.'),
  apiKeys: {
    ...engine(
      list,
      [],
      'API keys: `KEY` or `KEY:scope+scope`, KEY plain (24 characters at least) or `sha256$SALT$HEX`. None: only the loopback is served, without keys.',
    ),
    secret: true,
  },
  baseUrl: optional(
    url,
    'URL under which functions reach this front end, for callback URLs. Not set: the address it listens on.',
  ),
  logLevel: engine(
    choice(['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
    'warn',
    'What goes to the log on standard error, as JSON lines.',
  ),
  otlpEndpoint: optional(
    url,
    'OpenTelemetry collector that traces are sent to by OTLP over HTTP, such as `http://127.0.0.1:4318`. Not set: none are made.',
  ),
  limits: engine(limits, {}, 'Limits that differ from the defaults, by name (see the table of limits).'),
  server: { ...engine(url, 'http://127.0.0.1:7171', 'Server that commands talk to.'), side: 'client' },
  apiKey: { ...optional(text, 'API key that commands send to the server.'), side: 'client', secret: true },
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
export type Configuration = {
  readonly [N in SettingName]: (typeof SETTINGS)[N] extends Setting<infer T> ? T : never;
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
export function environmentOf(name: string): string {
  return `TIDEGATE_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}
