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
  const loggingMembers = members.structure('loggingConfiguration');
  const level = loggingMembers?.choice('level', LEVELS);
  const destinations = loggingMembers?.structures('destinations');
  members.structure('tracingConfiguration')?.flag('enabled');
  const encryption = encryptionOf(members);
  members.check();
  if (level !== undefined && level !== 'OFF' && destinations?.length !== 1) {
    throw new ServiceError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  }
  return {
    logging: members.object('loggingConfiguration'),
    tracing: members.object('tracingConfiguration'),
    encryption,
  };
}

export function encryptionOf(members: Members): object | undefined {
  const given = members.structure('encryptionConfiguration');
  if (given === undefined) return undefined;
  const type = given.text('type', { values: KEY_TYPES });
  const key = given.optionalText('kmsKeyId', { min: 1, max: 2_048 });
  given.number('kmsDataKeyReusePeriodSeconds', { min: 60, max: 900 });
  if (type === 'AWS_OWNED_KEY' && key !== undefined)
    throw new ServiceError(
      'InvalidEncryptionConfiguration',
      'Invalid Encryption Configuration: kmsKeyId goes with CUSTOMER_MANAGED_KMS_KEY only',
    );
  return members.object('encryptionConfiguration');
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
