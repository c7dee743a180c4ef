import { EffectError } from '../action.ts';
import { errorPrefixOf } from './aws-names.ts';

/** How an optimized integration names its service's errors: Step Functions makes those calls by the older Java SDK. */
export interface OptimizedNames {
  /** What error names begin with: `DynamoDB`. */
  readonly prefix: string;
  /** As causes name it: `AmazonDynamoDBv2`. */
  readonly service: string;
  /** Of errors without a type of their own: `AmazonDynamoDBException`. */
  readonly standard: string;
}

interface ServiceError {
  readonly name: string;
  readonly message: string;
  /** Set on what a service answered, and never on what went wrong before. */
  readonly $fault?: 'client' | 'server';
  readonly $retryable?: object;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
  };
  readonly Code?: string;
}

/** The failure of a call by an optimized integration, with the names and the wording of the service. */
export function optimizedFailure(error: unknown, signal: AbortSignal, names: OptimizedNames): unknown {
  const known = settled(error, signal) ?? unsent(error, names.prefix);
  if (known !== undefined) return known;
  const { name, message, $metadata = {}, Code = name } = error as ServiceError;
  const { httpStatusCode, requestId = 'null' } = $metadata;
  const type = isModelled(error) ? exceptionName(name) : names.standard;
  const facts = `Service: ${names.service}; Status Code: ${httpStatusCode}; Error Code: ${Code}; Request ID: ${requestId}; Proxy: null`;
  return failure(`${names.prefix}.${type}`, `${message} (${facts})`, error as ServiceError);
}

/** The failure of a call by the generic integration, which goes by the newer Java SDK. */
export function sdkFailure(error: unknown, signal: AbortSignal, serviceId: string): unknown {
  const prefix = errorPrefixOf(serviceId);
  const known = settled(error, signal) ?? unsent(error, prefix);
  if (known !== undefined) return known;
  const { name, message, $metadata = {} } = error as ServiceError;
  const { httpStatusCode, requestId = 'null', extendedRequestId } = $metadata;
  const type = isModelled(error) ? exceptionName(name) : `${prefix}Exception`;
  const extended = extendedRequestId === undefined ? '' : `, Extended Request ID: ${extendedRequestId}`;
  const facts = `Service: ${prefix}, Status Code: ${httpStatusCode}, Request ID: ${requestId}${extended}`;
  return failure(`${prefix}.${type}`, `${message} (${facts})`, error as ServiceError);
}

/** What needs no translation: our own errors, and the reason of an abort. */
function settled(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof EffectError ? error : undefined;
}

/** No service has answered: no credentials, no region, no connection. */
function unsent(error: unknown, prefix: string): EffectError | undefined {
  const { $fault, $metadata, message, code } = error as ServiceError & { readonly code?: string };
  if ($fault !== undefined && $metadata?.httpStatusCode !== undefined) return undefined;
  const why = message || code || String(error);
  return new EffectError(
    {
      code: `${prefix}.SdkClientException`,
      message: `Unable to execute HTTP request: ${why}`,
      retryable: true,
    },
    { cause: error },
  );
}

function failure(code: string, message: string, error: ServiceError): EffectError {
  const status = error.$metadata?.httpStatusCode ?? 0;
  const retryable = error.$retryable !== undefined || status >= 500 || status === 429;
  return new EffectError({ code, message, retryable, details: { status } }, { cause: error });
}

/** The SDK has a class for each error that the service's model declares; the others share one and keep their own name. */
function isModelled(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === error.name;
}

function exceptionName(name: string): string {
  return name.endsWith('Exception') ? name : `${name.replace(/Fault$/, '')}Exception`;
}
