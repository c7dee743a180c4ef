const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/s;

export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All that follows the account. */
  readonly rest: string;
}

/** Undefined for what is no ARN. */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, account, rest] = ARN.exec(text) ?? [];
  if (rest === undefined) return undefined;
  return { partition: partition!, service: service!, region: region!, account: account!, rest };
}

/** Of `arn:aws:states:REGION:ACCOUNT:activity:NAME`. */
export function activityNameOf(text: string): string | undefined {
  const arn = parseArn(text);
  return arn?.service === 'states' && arn.rest.startsWith('activity:')
    ? arn.rest.slice('activity:'.length)
    : undefined;
}

/** Of `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`, or of that from the account on. */
export function functionOf(text: string): { readonly name: string; readonly qualifier?: string } | undefined {
  const [, name, qualifier] =
    /(?:^arn:aws[a-z-]*:lambda:[^:]*:[^:]*|^\d{12}):function:([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name, ...(qualifier !== undefined && { qualifier }) };
}

/** Of a resource `arn:aws:states:::SERVICE:ACTION`, such as `lambda:invoke` or `aws-sdk:s3:getObject`. */
export function integrationOf(text: string): string | undefined {
  const arn = parseArn(text);
  return arn?.service === 'states' && arn.region === '' && arn.account === '' ? arn.rest : undefined;
}
