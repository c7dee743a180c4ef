import { csvRows, underHeaders } from './csv.ts';
import type { FoundItems } from './found-items.ts';
import { failed, type ReaderConfig } from './reader-config.ts';
import type { S3Objects } from './s3-objects.ts';

interface Inventory {
  readonly destinationBucket?: string;
  readonly fileFormat?: string;
  readonly fileSchema?: string;
  readonly files?: readonly { readonly key: string }[];
}

/** Adds what a manifest leads to: the rows of an S3 inventory, or the items of all objects that a list names. */
export async function manifestItems(
  found: FoundItems,
  text: string,
  objects: S3Objects,
  { manifest }: ReaderConfig,
  parse: (text: string, room: number) => unknown[],
): Promise<void> {
  if (manifest === 'ATHENA_DATA') await listedData(found, text, objects, parse);
  else await inventoryRows(found, text, objects);
}

async function inventoryRows(found: FoundItems, text: string, objects: S3Objects): Promise<void> {
  const { destinationBucket = '', fileFormat, fileSchema, files } = inventoryOf(text);
  if (fileFormat !== 'CSV' || fileSchema === undefined || files === undefined)
    throw failed(
      `the manifest is of the format ${JSON.stringify(fileFormat)}; S3 inventories are read as CSV`,
    );
  const Bucket = destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1);
  const headers = fileSchema.split(',').map((name) => name.trim());
  for (const { key: Key } of files) {
    if (found.room <= 0) break;
    const rows: unknown[] = [];
    for (const row of csvRows(await objects.text({ Bucket, Key }), ',')) {
      if (rows.length >= found.room) break;
      rows.push(underHeaders(row, headers));
    }
    found.add({ Bucket, Key }, rows);
  }
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
  found: FoundItems,
  text: string,
  objects: S3Objects,
  parse: (text: string, room: number) => unknown[],
): Promise<void> {
  for (const [uri = ''] of csvRows(text, ',')) {
    if (found.room <= 0) break;
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri.trim()) ?? [];
    if (Bucket === undefined || Key === undefined)
      throw failed(`the manifest names ${JSON.stringify(uri)}, which is no s3://BUCKET/KEY`);
    found.add({ Bucket, Key }, parse(await objects.text({ Bucket, Key }), found.room));
  }
}
