import type { Members } from './members.ts';
import { ServiceError } from './service-error.ts';

/** The configurations of a machine as a request gives them, each undefined where it does not. */
export interface GivenConfigurations {
  readonly logging: object | undefined;
  readonly tracing: object | undefined;
  readonly encryption: object | undefined;
}

const LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;
const KEY_TYPES = ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'] as const;

/** Throws InvalidLoggingConfiguration, InvalidTracingConfiguration and InvalidEncryptionConfiguration. They are kept and shown, and change nothing. */
export function configurationsOf(members: Members): GivenConfigurations {
  const logging = loggingOf(members);
  const tracing = members.structure('tracingConfiguration');
  const enabled = tracing?.flag('enabled');
  const encryption = encryptionOf(members);
  members.check();
  const { level = 'OFF', destinations = [] } = logging ?? {};
  if (destinations.length > 1 || (level !== 'OFF' && destinations.length === 0))
    throw invalidLogging('Must specify exactly one Log Destination.');
  if (destinations.some(({ cloudWatchLogsLogGroup: group }) => group?.logGroupArn === undefined))
    throw invalidLogging('Must specify the ARN of a CloudWatch Logs log group.');
  return {
    logging,
    tracing: tracing && (enabled === undefined ? {} : { enabled }),
    encryption,
  };
}

interface Logging {
  readonly level?: (typeof LEVELS)[number];
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

function loggingOf(members: Members): Logging | undefined {
  const given = members.structure('loggingConfiguration');
  if (given === undefined) return undefined;
  const level = given.choice('level', LEVELS);
  const includeExecutionData = given.flag('includeExecutionData');
  const destinations = given.structures('destinations')?.map((destination) => {
    const group = destination.structure('cloudWatchLogsLogGroup');
    const logGroupArn = group?.optionalText('logGroupArn', { min: 1, max: 256 });
    return group === undefined
      ? {}
      : { cloudWatchLogsLogGroup: logGroupArn === undefined ? {} : { logGroupArn } };
  });
  return {
    ...(level !== undefined && { level }),
    ...(includeExecutionData !== undefined && { includeExecutionData }),
    ...(destinations !== undefined && { destinations }),
  };
}

function invalidLogging(why: string): ServiceError {
  return new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${why}`);
}

export function encryptionOf(members: Members): object | undefined {
  const given = members.structure('encryptionConfiguration');
  if (given === undefined) return undefined;
  const type = given.text('type', { values: KEY_TYPES });
  const key = given.optionalText('kmsKeyId', { min: 1, max: 2_048 });
  const reuse = given.number('kmsDataKeyReusePeriodSeconds', { min: 60, max: 900 });
  const invalid = (why: string) =>
    new ServiceError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${why}`);
  if (type === 'AWS_OWNED_KEY' && key !== undefined)
    throw invalid('kmsKeyId goes with CUSTOMER_MANAGED_KMS_KEY only');
  if (type === 'CUSTOMER_MANAGED_KMS_KEY' && key === undefined)
    throw invalid('kmsKeyId must be given with CUSTOMER_MANAGED_KMS_KEY');
  return {
    ...(key !== undefined && { kmsKeyId: key }),
    ...(reuse !== undefined && { kmsDataKeyReusePeriodSeconds: reuse }),
    type,
  };
}

/** As the answers show them, with what stands where nothing was given. */
export function shownConfigurations({
  logging,
  tracing,
  encryption,
}: {
  readonly logging?: unknown;
  readonly tracing?: unknown;
  readonly encryption?: unknown;
}): object {
  return {
    loggingConfiguration: { level: 'OFF', includeExecutionData: false, ...(logging as object | undefined) },
    tracingConfiguration: { enabled: false, ...(tracing as object | undefined) },
    encryptionConfiguration: encryption ?? { type: 'AWS_OWNED_KEY' },
  };
}
