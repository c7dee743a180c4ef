import { csvRows, underHeaders } from './csv.ts';
import { failed, type ReaderConfig } from './reader-config.ts';
import type { S3Objects } from './s3-objects.ts';

interface Inventory {
  readonly destinationBucket?: string;
  readonly fileFormat?: string;
  readonly fileSchema?: string;
  readonly files?: readonly { readonly key: string }[];
}

/** The items that a manifest leads to: the rows of an S3 inventory, or the items of all objects that a list names. */
export async function manifestItems(
  text: string,
  objects: S3Objects,
  config: ReaderConfig,
  parse: (text: string, room: number) => unknown[],
): Promise<unknown[]> {
  return config.manifest === 'ATHENA_DATA'
    ? listedData(text, objects, config.maxItems, parse)
    : inventoryRows(text, objects, config.maxItems);
}

async function inventoryRows(text: string, objects: S3Objects, maxItems: number): Promise<unknown[]> {
  const { destinationBucket = '', fileFormat, fileSchema, files } = inventoryOf(text);
  if (fileFormat !== 'CSV' || fileSchema === undefined || files === undefined)
    throw failed(
      `the manifest is of the format ${JSON.stringify(fileFormat)}; S3 inventories are read as CSV`,
    );
  const Bucket = destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1);
  const headers = fileSchema.split(',').map((name) => name.trim());
  const items: unknown[] = [];
  for (const { key } of files) {
    if (items.length >= maxItems) break;
    for (const row of csvRows(await objects.text({ Bucket, Key: key }), ',')) {
      if (items.length >= maxItems) break;
      items.push(underHeaders(row, headers));
    }
  }
  return items;
}

function inventoryOf(text: string): Inventory {
  try {
    return Object(JSON.parse(text)) as Inventory;
  } catch {
    throw failed('the manifest is no JSON');
  }
}

/** A line per object, `s3://BUCKET/KEY`. */
async function listedData(
  text: string,
  objects: S3Objects,
  maxItems: number,
  parse: (text: string, room: number) => unknown[],
): Promise<unknown[]> {
  const items: unknown[] = [];
  for (const [uri = ''] of csvRows(text, ',')) {
    if (items.length >= maxItems) break;
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri.trim()) ?? [];
    if (Bucket === undefined || Key === undefined)
      throw failed(`the manifest names ${JSON.stringify(uri)}, which is no s3://BUCKET/KEY`);
    items.push(...parse(await objects.text({ Bucket, Key }), maxItems - items.length));
  }
  return items;
}
