/** Names that the rule would get wrong. */
const PREFIXES: Readonly<Record<string, string>> = { IoT: 'Iot', DynamoDB: 'DynamoDb' };

/** What error names of `aws-sdk` integrations begin with, from the service's id in the SDK: `SecretsManager` of "Secrets Manager". */
export function errorPrefixOf(serviceId: string): string {
  return serviceId
    .split(/[^A-Za-z0-9]+/)
    .map((word) => PREFIXES[word] ?? pascal(word))
    .join('');
}

/** Each run of capitals becomes one word: `SFN` is `Sfn`, `EventBridge` stays, `SESv2` is `SesV2`. */
function pascal(word: string): string {
  return word
    .replace(/([A-Z])(v\d)/g, '$1 $2')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('');
}

/**
 * A member's name as Step Functions writes it: capitals at its beginning are one word. `BOOL` is `Bool`, `SSEKMSKeyId` is
 * `SsekmsKeyId`, `stateMachineArn` is `StateMachineArn`, `ETag` stays.
 */
export function memberNameOf(name: string): string {
  if (name === 'NULL') return 'Nul';
  const [capitals = ''] = /^[A-Z0-9]+(?![a-z])/.exec(name) ?? [];
  if (capitals.length > 1)
    return capitals.charAt(0) + capitals.slice(1).toLowerCase() + name.slice(capitals.length);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
