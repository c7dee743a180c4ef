import type { Shape } from '../../../actions/task/aws-shapes.ts';

const NONE: ReadonlyMap<string, Shape> = new Map();
const simple = (kind: Shape['kind']): Shape => ({ kind, members: NONE, element: undefined });
const text = simple('text');
const blob = simple('blob');
const time = simple('timestamp');
const count = simple('number');
const flag = simple('boolean');
const texts: Shape = { kind: 'list', members: NONE, element: text };

function structure(members: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  return { kind: 'structure', members: new Map(Object.entries(members)), required, element: undefined };
}

/**
 * What operations answer that state machines often call without the service's SDK client being installed, by service and
 * operation as a resource names them. From the services' API references.
 */
export const KNOWN_ANSWERS: Readonly<Record<string, Shape>> = {
  'kms:encrypt': structure({ CiphertextBlob: blob, KeyId: text, EncryptionAlgorithm: text }),
  'kms:decrypt': structure({
    KeyId: text,
    Plaintext: blob,
    EncryptionAlgorithm: text,
    CiphertextForRecipient: blob,
  }),
  'kms:generateDataKey': structure({
    CiphertextBlob: blob,
    Plaintext: blob,
    KeyId: text,
    CiphertextForRecipient: blob,
  }),
  'kms:sign': structure({ KeyId: text, Signature: blob, SigningAlgorithm: text }),
  'kms:verify': structure({ KeyId: text, SignatureValid: flag, SigningAlgorithm: text }),
  'secretsmanager:getSecretValue': structure({
    ARN: text,
    Name: text,
    VersionId: text,
    SecretBinary: blob,
    SecretString: text,
    VersionStages: texts,
    CreatedDate: time,
  }),
  'ssm:getParameter': structure({
    Parameter: structure({
      Name: text,
      Type: text,
      Value: text,
      Version: count,
      Selector: text,
      SourceResult: text,
      LastModifiedDate: time,
      ARN: text,
      DataType: text,
    }),
  }),
  'sts:assumeRole': structure({
    Credentials: structure(
      { AccessKeyId: text, SecretAccessKey: text, SessionToken: text, Expiration: time },
      ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'],
    ),
    AssumedRoleUser: structure({ AssumedRoleId: text, Arn: text }, ['AssumedRoleId', 'Arn']),
    PackedPolicySize: count,
    SourceIdentity: text,
  }),
};
