import type { Gateway } from '../../workers/gateway.ts';
import type { Members } from './members.ts';
import { ServiceError } from './service-error.ts';

const COLLECTION = 'step-functions-tags';
const MOST = 50;

export type Tags = Readonly<Record<string, string>>;

/** Letters, digits, white space and a few signs. */
const PLAIN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const RESERVED = 'aws:';

/** Tags of a request; `{}` where none are given. Throws ValidationException. */
export function tagsOf(members: Members): Tags {
  const given = (members.structures('tags') ?? []).map(
    (tag) => [tag.text('key', { min: 1, max: 128 }), tag.optionalText('value', { max: 256 }) ?? ''] as const,
  );
  members.check();
  const seen = new Set<string>();
  for (const [key, value] of given) {
    const fault = faultOf(key, value) ?? (seen.has(key) ? 'is given twice' : undefined);
    if (fault !== undefined) throw new ServiceError('ValidationException', `The tag '${key}' ${fault}`);
    seen.add(key);
  }
  return Object.fromEntries(given);
}

function faultOf(key: string, value: string): string | undefined {
  if (key.toLowerCase().startsWith(RESERVED)) return `begins with '${RESERVED}', which is reserved`;
  if (PLAIN.test(key) && PLAIN.test(value)) return undefined;
  return 'holds characters other than letters, digits, white space and _ . : / = + - @';
}

export async function readTags({ records }: Gateway, arn: string): Promise<Tags> {
  const text = await records.get(COLLECTION, arn);
  return text === undefined ? {} : (JSON.parse(text) as Tags);
}

/** Throws TooManyTags. */
export async function writeTags({ records }: Gateway, arn: string, tags: Tags): Promise<void> {
  const count = Object.keys(tags).length;
  if (count > MOST)
    throw new ServiceError(
      'TooManyTags',
      `Too Many Tags: '${arn}' would have ${count}; ${MOST} are the most`,
      {
        members: { resourceName: arn },
      },
    );
  if (count === 0) await records.delete(COLLECTION, arn);
  else await records.put(COLLECTION, arn, JSON.stringify(tags));
}
