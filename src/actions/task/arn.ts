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

/** Of `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`. */
export function functionOf(text: string): { readonly name: string; readonly qualifier?: string } | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'lambda' || !arn.rest.startsWith('function:')) return undefined;
  const [, name = '', qualifier] = arn.rest.split(':');
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
