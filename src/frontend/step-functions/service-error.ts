import { TidegateError } from '../../model/errors.ts';

/** An error of the service, by its own name and in its own words. */
export class ServiceError extends Error {
  /** As clients know it, e.g. `StateMachineDoesNotExist`. */
  readonly type: string;
  readonly status: number;
  /** Further members of the answer, such as `resourceName` or `reason`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    type: string,
    message: string,
    { status = 400, members = {} }: { status?: number; members?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
    this.members = members;
  }
}

/** Names that are not of the service itself but of what stands before it. */
const COMMON = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'RequestEntityTooLargeException',
  'SerializationException',
  'ServiceUnavailableException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

/** `__type` as it stands in the body: clients take what follows the `#`. */
export function qualifiedType({ type }: ServiceError): string {
  if (type === 'ValidationException') return 'com.amazon.coral.validate#ValidationException';
  return COMMON.has(type) ? `com.amazon.coral.service#${type}` : `com.amazonaws.swf.service.v2.model#${type}`;
}

/** What an operation threw, as the service would say it; what the service has no name for is its failure. */
export function toServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (!(thrown instanceof TidegateError)) return failure('an unexpected error; its details are in the log');
  const { code, message, status } = thrown;
  switch (code) {
    case 'BODY_TOO_LARGE':
      return new ServiceError('RequestEntityTooLargeException', message, { status: 413 });
    case 'INVALID_JSON':
    case 'INVALID_BODY':
    case 'NESTING_TOO_DEEP':
    case 'UNSAFE_KEY':
      return new ServiceError('SerializationException', message);
    case 'UNAUTHENTICATED':
      return new ServiceError('UnrecognizedClientException', message);
    case 'FORBIDDEN':
      return new ServiceError('AccessDeniedException', message);
    case 'LIMIT_EXCEEDED':
    case 'INVALID_PARAMETER':
    case 'CONTEXT_TOO_LARGE':
      return new ServiceError('ValidationException', message);
    default:
      return status === 503 || status === 507
        ? new ServiceError('ServiceUnavailableException', `${code}: ${message}`, { status: 503 })
        : failure(`${code}: ${message}`);
  }
}

function failure(message: string): ServiceError {
  return new ServiceError('InternalFailure', message, { status: 500 });
}
