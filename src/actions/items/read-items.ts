import { Failure } from '../../model/failure.ts';
import { EffectError } from '../action.ts';
import { argumentsOf, type Integration } from '../task/integration.ts';
import { FoundItems } from './found-items.ts';
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

/** `tidegate:items:read`: the items that an ItemReader reads, and where from, as `{items, readFrom}`. */
export const readItems: Integration = async (call, { aws, limits }) => {
  const given = argumentsOf(call) as unknown as ReadItems;
  const { resource, parameters: place, config: said, maxItems } = given;
  const objects = new S3Objects(aws, call.signal, READER_FAILED, limits.itemBytes);
  try {
    const config = readerConfig({ ...said, MaxItems: maxItems ?? said?.MaxItems });
    const parse = (text: string, room: number) => parseItems(text, config, room, limits);
    const found = new FoundItems(config.maxItems);
    if (resource.endsWith(':s3:listObjectsV2')) await listItems(found, objects, place, config, parse);
    else if (!resource.endsWith(':s3:getObject'))
      throw failed(`the reader "${resource}" is not supported: use s3:getObject or s3:listObjectsV2`);
    else {
      const text = await objects.text(place as unknown as S3Place);
      if (config.manifest !== undefined) await manifestItems(found, text, objects, config, parse);
      else found.add(place as unknown as S3Place, parse(text, found.room));
    }
    return { items: found.items, readFrom: found.readFrom };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new EffectError({ code: error.error, message: error.reason, retryable: false }, { cause: error });
  }
};

async function listItems(
  found: FoundItems,
  objects: S3Objects,
  place: ReadItems['parameters'],
  { loads, maxItems }: ReaderConfig,
  parse: (text: string, room: number) => unknown[],
): Promise<void> {
  const Bucket = place.Bucket as string;
  const listed = await objects.list(place, loads ? Number.POSITIVE_INFINITY : maxItems);
  if (!loads) found.add({ Bucket }, listed.map(listedItem));
  for (const { Key } of loads ? listed : []) {
    if (found.room <= 0) break;
    found.add({ Bucket, Key }, parse(await objects.text({ Bucket, Key }), found.room));
  }
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
