import { Failure } from '../../model/failure.ts';
import { EffectError } from '../action.ts';
import { argumentsOf, type Integration } from '../task/integration.ts';
import { manifestItems } from './manifest.ts';
import { parseItems } from './parse-items.ts';
import { failed, READER_FAILED, type ReaderConfig, readerConfig } from './reader-config.ts';
import { type ListedObject, S3Objects, type S3Place } from './s3-objects.ts';

/** What the resource `tidegate:items:read` takes: an ItemReader, its paths and expressions evaluated. */
export interface ReadItems {
  /** `arn:aws:states:::s3:getObject` or `...:s3:listObjectsV2`. */
  readonly resource: string;
  /** Bucket and Key, or Bucket and Prefix. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The ReaderConfig. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Instead of the config's MaxItems. */
  readonly maxItems?: number | null;
}

/** `tidegate:items:read`: the items that an ItemReader reads, as `{items}`. */
export const readItems: Integration = async (call, { aws, limits }) => {
  const given = argumentsOf(call) as unknown as ReadItems;
  const { resource, parameters: place, config: said, maxItems } = given;
  const objects = new S3Objects(aws, call.signal, READER_FAILED, limits.itemBytes);
  try {
    const config = readerConfig({ ...said, MaxItems: maxItems ?? said?.MaxItems });
    const parse = (text: string, room: number) => parseItems(text, config, room, limits);
    if (resource.endsWith(':s3:listObjectsV2'))
      return { items: await listedItems(objects, place, config, parse) };
    if (!resource.endsWith(':s3:getObject'))
      throw failed(`the reader "${resource}" is not supported: use s3:getObject or s3:listObjectsV2`);
    const text = await objects.text(place as unknown as S3Place);
    if (config.manifest !== undefined) return { items: await manifestItems(text, objects, config, parse) };
    return { items: parse(text, config.maxItems) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new EffectError({ code: error.error, message: error.reason, retryable: false }, { cause: error });
  }
};

async function listedItems(
  objects: S3Objects,
  place: ReadItems['parameters'],
  { loads, maxItems }: ReaderConfig,
  parse: (text: string, room: number) => unknown[],
): Promise<unknown[]> {
  const listed = await objects.list(place, loads ? Number.POSITIVE_INFINITY : maxItems);
  if (!loads) return listed.map(listedItem);
  const items: unknown[] = [];
  for (const { Key } of listed) {
    if (items.length >= maxItems) break;
    items.push(...parse(await objects.text({ Bucket: String(place.Bucket), Key }), maxItems - items.length));
  }
  return items;
}

/** As the service shows an object to an iteration: the time in seconds of the epoch. */
function listedItem({ ETag, Key, LastModified, Size, StorageClass }: ListedObject): Record<string, unknown> {
  return {
    Etag: ETag ?? '',
    Key,
    LastModified: Math.floor((LastModified?.getTime() ?? 0) / 1000),
    Size: Size ?? 0,
    StorageClass: StorageClass ?? 'STANDARD',
  };
}
