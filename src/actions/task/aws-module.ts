import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { effectError } from '../effect-error.ts';

/** As much of a package of the AWS SDK for JavaScript v3 as is used here; the packages are optional. */
export interface SdkCommand {
  /** Shapes of input and output, where the package brings them; see aws-shapes.ts. */
  readonly schema?: unknown;
  readonly middlewareStack: {
    add(middleware: SdkMiddleware, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}
export type SdkMiddleware = (
  next: (args: unknown) => Promise<SdkAnswer>,
) => (args: unknown) => Promise<SdkAnswer>;
export interface SdkAnswer {
  readonly response: unknown;
  readonly output: unknown;
}
export interface SdkClient {
  readonly config: { readonly serviceId?: string };
  send(command: SdkCommand, options: { readonly abortSignal: AbortSignal }): Promise<Record<string, unknown>>;
  destroy(): void;
}
export interface SdkModule {
  /** Name of the package. */
  readonly name: string;
  makeClient(options: Readonly<Record<string, unknown>>): SdkClient;
  /** Undefined where the service has no such action. */
  makeCommand(action: string, input: unknown): SdkCommand | undefined;
}

/** Where packages come from; the default is the program's own `node_modules`. */
export interface SdkPackages {
  /** Names of the installed packages that begin with `@aws-sdk/client-`. */
  installed(): Promise<readonly string[]>;
  load(name: string): Promise<Record<string, unknown>>;
}

const PREFIX = '@aws-sdk/client-';

export const installedPackages: SdkPackages = {
  async installed() {
    const folders = createRequire(import.meta.url).resolve.paths(PREFIX) ?? [];
    const lists = await Promise.all(
      folders.map((folder) => readdir(join(folder, '@aws-sdk')).catch((): string[] => [])),
    );
    return lists
      .flat()
      .filter((name) => name.startsWith('client-'))
      .map((name) => `@aws-sdk/${name}`);
  },
  load: (name) => import(name) as Promise<Record<string, unknown>>,
};

/** Services whose package is not named like them, hyphens apart. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  config: 'config-service',
  databasemigration: 'database-migration-service',
  directory: 'directory-service',
  elasticsearch: 'elasticsearch-service',
  events: 'eventbridge',
  lexmodelbuilding: 'lex-model-building-service',
  lexruntime: 'lex-runtime-service',
  stepfunctions: 'sfn',
};

/** Packages to name to whoever has not installed them: hyphens cannot be told from the service. */
const HYPHENATED = [
  'api-gateway',
  'application-auto-scaling',
  'auto-scaling',
  'bedrock-agent',
  'bedrock-agent-runtime',
  'bedrock-runtime',
  'cloudwatch-events',
  'cloudwatch-logs',
  'cognito-identity',
  'cognito-identity-provider',
  'cost-explorer',
  'dynamodb-streams',
  'elastic-beanstalk',
  'elastic-load-balancing',
  'elastic-load-balancing-v2',
  'emr-containers',
  'emr-serverless',
  'iot-data-plane',
  'rds-data',
  'redshift-data',
  'resource-groups-tagging-api',
  'route-53',
  's3-control',
  'secrets-manager',
  'service-discovery',
  'storage-gateway',
  'timestream-query',
  'timestream-write',
];

/**
 * The package of a service as ARNs name it (`s3`, `secretsmanager`, `sfn`). Rejects with AWS_CLIENT_MISSING, naming what
 * to install, where it is not there.
 */
export async function loadSdk(service: string, packages: SdkPackages): Promise<SdkModule> {
  const wanted = OTHER_NAMES[service] ?? service;
  const isWanted = (name: string) => name.replaceAll('-', '') === wanted.replaceAll('-', '');
  const installed = await packages.installed();
  const likely = `${PREFIX}${HYPHENATED.find(isWanted) ?? wanted}`;
  const name = installed.find((each) => isWanted(each.slice(PREFIX.length))) ?? likely;
  try {
    return moduleOf(name, await packages.load(name));
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const message = `calls to the AWS service "${service}" need a client that is not installed: npm install ${name}`;
    throw effectError('AWS_CLIENT_MISSING', message, { cause });
  }
}

type Constructor<T> = new (argument: unknown) => T;

function moduleOf(name: string, exported: Record<string, unknown>): SdkModule {
  const client = Object.keys(exported).find((key) => key.endsWith('Client') && !key.startsWith('__'));
  const commands = new Map(
    Object.keys(exported)
      .filter((key) => key.endsWith('Command'))
      .map((key) => [
        key.slice(0, -'Command'.length).toLowerCase(),
        exported[key] as Constructor<SdkCommand>,
      ]),
  );
  return {
    name,
    makeClient: (options) => new (exported[client ?? ''] as Constructor<SdkClient>)(options),
    makeCommand(action, input) {
      const command = commands.get(action.toLowerCase());
      return command === undefined ? undefined : new command(input);
    },
  };
}
