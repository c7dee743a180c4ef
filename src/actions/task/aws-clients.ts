import { ClientPool } from '../client-pool.ts';
import { effectError } from '../effect-error.ts';
import {
  installedPackages,
  loadSdk,
  type SdkClient,
  type SdkModule,
  type SdkPackages,
} from './aws-module.ts';
import { type OperationShapes, shapesOf } from './aws-shapes.ts';

/** One call of an AWS service's API, as it was answered. */
export interface AwsAnswer {
  /** In the SDK's own shapes. */
  readonly output: Readonly<Record<string, unknown>>;
  readonly shapes: OperationShapes;
  readonly http: {
    readonly status: number;
    readonly requestId: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
  };
}

export interface AwsCall {
  /** As ARNs name it: `s3`, `dynamodb`, `sfn`. */
  readonly service: string;
  /** As ARNs name it: `getObject`. */
  readonly action: string;
  /** Absent: as the SDK finds it. */
  readonly region?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Calls to AWS through the SDK for JavaScript v3, a client per service and region, loaded when first needed. Endpoints,
 * region and credentials are found by the SDK itself, from its environment variables and files.
 */
export interface AwsClients {
  /** Rejects with AWS_CLIENT_MISSING, ACTION_FAILED for an action that the service has not, or what the SDK throws. */
  call(call: AwsCall, inputOf: (shapes: OperationShapes) => unknown): Promise<AwsAnswer>;
  /** The service's id in the SDK, such as `DynamoDB`, once it was called; else its name in ARNs. */
  serviceIdOf(service: string): string;
  close(): Promise<void>;
}

interface Loaded {
  readonly module: SdkModule;
  readonly client: SdkClient;
}

/** The variables that the SDK goes by, as far as more follows from them. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

const SOCKETS = 1_000;

/**
 * Where an endpoint is given (AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, ...), names of buckets and prefixes stay out of the host's
 * name, and a region need not be given.
 */
export function awsClients(
  environment: AwsEnvironment,
  packages: SdkPackages = installedPackages,
): AwsClients {
  const pool = new ClientPool<Loaded>(async ({ client }) => client.destroy());
  const ids = new Map<string, string>();
  const load = async ({ service, region }: AwsCall): Promise<Loaded> => {
    const module = await loadSdk(service, packages);
    const redirected = hasEndpoint(environment);
    const inRegion = region ?? (redirected && !environment.AWS_REGION ? 'us-east-1' : undefined);
    const client = module.makeClient({
      // The definition says what is tried again.
      maxAttempts: 1,
      ...(redirected && { disableHostPrefix: true, forcePathStyle: true }),
      ...(inRegion !== undefined && { region: inRegion }),
      requestHandler: { httpAgent: { maxSockets: SOCKETS }, httpsAgent: { maxSockets: SOCKETS } },
      logger: SILENT,
    });
    ids.set(service, client.config.serviceId ?? service);
    return { module, client };
  };
  return {
    async call(call, inputOf) {
      const { service, action, region, signal } = call;
      const { module, client } = await pool.get(`${service} ${region ?? ''}`, () => load(call));
      const bare = module.makeCommand(action, {});
      if (bare === undefined) throw effectError('ACTION_FAILED', `${module.name} has no action "${action}"`);
      const shapes = shapesOf(bare.schema);
      const command = module.makeCommand(action, inputOf(shapes))!;
      let headers: Record<string, string> = {};
      command.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          headers = (answer.response as { headers?: Record<string, string> }).headers ?? {};
          return answer;
        },
        { step: 'deserialize', priority: 'low' },
      );
      const { $metadata, ...output } = await client.send(command, { abortSignal: signal });
      const { httpStatusCode = 200, requestId } = ($metadata ?? {}) as {
        httpStatusCode?: number;
        requestId?: string;
      };
      return { output, shapes, http: { status: httpStatusCode, requestId, headers } };
    },
    serviceIdOf: (service) => ids.get(service) ?? service,
    close: () => pool.close(),
  };
}

function hasEndpoint(environment: AwsEnvironment): boolean {
  return Object.entries(environment).some(([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value);
}

const nothing = () => {};
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
