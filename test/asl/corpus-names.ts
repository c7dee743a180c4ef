import type { CorpusCase } from './corpus-cases.ts';

/**
 * Gives the functions and buckets of a case names of their own, so that cases which use the same names for different things run
 * at the same time; `original` takes the additions away again from whatever came of the case.
 */
export function ownNames(each: CorpusCase, number: number): { own: CorpusCase; original<T>(came: T): T } {
  const suffix = `-case${number}`;
  const names = new Set([...Object.keys(each.lambda ?? {}), ...(each.s3 ?? []).map(({ Bucket }) => Bucket)]);
  if (names.size === 0) return { own: each, original: (came) => came };
  const pattern = new RegExp(`(?<![\\w-])(${[...names].join('|')})(?![\\w-])`, 'g');
  const renamed = <T>(value: T): T =>
    value === undefined ? value : (JSON.parse(JSON.stringify(value).replace(pattern, `$1${suffix}`)) as T);
  return {
    own: {
      ...each,
      definition: renamed(each.definition),
      input: renamed(each.input),
      lambda: renamed(each.lambda),
      ...(each.s3 && {
        s3: each.s3.map(({ Bucket, Key, Body }) => ({
          Bucket: `${Bucket}${suffix}`,
          Key,
          Body: renamed(Body),
        })),
      }),
    },
    original: (came) => JSON.parse(JSON.stringify(came).replaceAll(suffix, '')) as typeof came,
  };
}
