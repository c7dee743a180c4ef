import type { Gateway } from '../../workers/gateway.ts';
import type { Members } from './members.ts';
import { ServiceError } from './service-error.ts';

const COLLECTION = 'step-functions-tags';
const MOST = 50;

export type Tags = Readonly<Record<string, string>>;

/** Tags of a request; `{}` where none are given. */
export function tagsOf(members: Members): Tags {
  const given = (members.structures('tags') ?? []).map(
    (tag) => [tag.text('key', { min: 1, max: 128 }), tag.optionalText('value', { max: 256 }) ?? ''] as const,
  );
  members.check();
  return Object.fromEntries(given);
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
