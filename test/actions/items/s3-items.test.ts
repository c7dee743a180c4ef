import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMotoHere, type MotoServer, startMoto } from '../../servers/index.ts';
import { leadSdkTo, tasks } from '../task/tasks.ts';

const READ = 'tidegate:items:read';
const WRITE = 'tidegate:items:write';
const GET = 'arn:aws:states:::s3:getObject';
const LIST = 'arn:aws:states:::s3:listObjectsV2';

describe.skipIf(!(await isMotoHere()))('items in S3', () => {
  let moto: MotoServer;
  let s3: S3Client;
  const put = (Key: string, Body: string | Buffer) =>
    s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
  const items = async (given: object) => ((await tasks().run(READ, given)) as { items: unknown[] }).items;
  const read = (Key: string, config: Record<string, unknown>) =>
    items({ resource: GET, parameters: { Bucket: 'data', Key }, config });

  beforeAll(async () => {
    moto = await startMoto();
    leadSdkTo({ AWS_ENDPOINT_URL: moto.url });
    s3 = new S3Client({ forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  });
  afterAll(async () => {
    s3.destroy();
    await moto.stop();
  });

  it('are read from JSON, JSON Lines and CSV, packed or not', async () => {
    await put('a.json', '[{"v":1},{"v":2},{"v":3}]');
    expect(await read('a.json', { InputType: 'JSON', MaxItems: 2 })).toEqual([{ v: 1 }, { v: 2 }]);
    await put('a.jsonl.gz', gzipSync('1\n2\n'));
    expect(await read('a.jsonl.gz', { InputType: 'JSONL' })).toEqual([1, 2]);
    await put('a.csv.zst', zstdCompressSync('a,b\n1,ü\n'));
    expect(await read('a.csv.zst', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' })).toEqual([
      { a: '1', b: 'ü' },
    ]);
  });

  it('may be larger than a payload, up to a limit of their own', async () => {
    const large = JSON.stringify(Array.from({ length: 3_000 }, () => 'x'.repeat(100)));
    await put('large.json', large);
    expect(await read('large.json', { InputType: 'JSON' })).toHaveLength(3_000);
    const given = {
      resource: GET,
      parameters: { Bucket: 'data', Key: 'large.json' },
      config: { InputType: 'JSON' },
    };
    const failed = { code: 'States.ItemReaderFailed', message: expect.stringContaining('itemBytes') };
    expect(await tasks({ limit: { itemBytes: 100_000 } }).fail(READ, given)).toMatchObject(failed);
    await put('bomb.gz', gzipSync('0'.repeat(1_000_000)));
    const bomb = {
      resource: GET,
      parameters: { Bucket: 'data', Key: 'bomb.gz' },
      config: { InputType: 'JSON' },
    };
    expect(await tasks({ limit: { itemBytes: 100_000 } }).fail(READ, bomb)).toMatchObject(failed);
  });

  it('are the objects themselves where they are listed', async () => {
    for (const name of ['1', '2', '3']) await put(`list/${name}`, `{"n":${name}}`);
    const given = (config: object) => ({
      resource: LIST,
      parameters: { Bucket: 'data', Prefix: 'list/' },
      config,
    });
    expect(await items(given({ MaxItems: 2 }))).toEqual(
      ['1', '2'].map((name) => ({
        Etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        Key: `list/${name}`,
        LastModified: expect.any(Number),
        Size: 7,
        StorageClass: 'STANDARD',
      })),
    );
    const paged = { ...given({}), parameters: { Bucket: 'data', Prefix: 'list/', MaxKeys: 1 } };
    expect(await items(paged)).toHaveLength(3);
    const loaded = given({ Transformation: 'LOAD_AND_FLATTEN', InputType: 'JSONL', MaxItems: 2 });
    expect(await items(loaded)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await items({ ...given({}), parameters: { Bucket: 'data', Prefix: 'no/' } })).toEqual([]);
  });

  it('are the rows of an inventory, or of what a manifest lists', async () => {
    await put('inventory/1.csv.gz', gzipSync('"data","a.json","25"\n"data","b","1"\n'));
    await put('inventory/2.csv.gz', gzipSync('"data","c","2"\n'));
    const files = [{ key: 'inventory/1.csv.gz' }, { key: 'inventory/2.csv.gz' }];
    const manifest = {
      destinationBucket: 'arn:aws:s3:::data',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size',
      files,
    };
    await put('inventory/manifest.json', JSON.stringify(manifest));
    const rows = [
      { Bucket: 'data', Key: 'a.json', Size: '25' },
      { Bucket: 'data', Key: 'b', Size: '1' },
      { Bucket: 'data', Key: 'c', Size: '2' },
    ];
    expect(await read('inventory/manifest.json', { InputType: 'MANIFEST' })).toEqual(rows);
    expect(await read('inventory/manifest.json', { InputType: 'MANIFEST', MaxItems: 1 })).toEqual(
      rows.slice(0, 1),
    );
    await put('athena.csv', 's3://data/list/1\ns3://data/list/2\n');
    expect(await read('athena.csv', { InputType: 'JSONL', ManifestType: 'ATHENA_DATA' })).toEqual([
      { n: 1 },
      { n: 2 },
    ]);
  });

  it('that are not there fail the reader, in the words of the service', async () => {
    const given = {
      resource: GET,
      parameters: { Bucket: 'data', Key: 'none' },
      config: { InputType: 'JSON' },
    };
    const { code, message } = await tasks().fail(READ, given);
    expect(code).toBe('States.ItemReaderFailed');
    expect(message).toMatch(
      /^The specified key does not exist\. \(Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey;/,
    );
  });

  it.each<[string, object]>([
    ['s3:getObject takes a text as Bucket, not 1', { resource: GET, parameters: { Bucket: 1, Key: 'k' } }],
    ['s3:getObject takes a text as Key, not nothing', { resource: GET, parameters: { Bucket: 'data' } }],
    [
      's3:listObjectsV2 takes a text as Prefix, not null',
      { resource: LIST, parameters: { Bucket: 'data', Prefix: null } },
    ],
  ])('are asked for with texts: %s', async (message, given) => {
    expect(await tasks().fail(READ, { ...given, config: { InputType: 'JSON' } })).toMatchObject({
      code: 'States.ItemReaderFailed',
      message,
    });
  });

  it('are written with a manifest', async () => {
    const mapRun = 'Map:ad9b5f27-090b-3ac6-9beb-243cd77144a7';
    const mapRunArn = `arn:aws:states:us-east-1:123456789012:mapRun:orders/${mapRun}`;
    const results = [
      { Status: 'SUCCEEDED', Name: '0', Output: '[1,2]' },
      { Status: 'FAILED', Name: '1', Error: 'E', Cause: 'c' },
      { Status: 'SUCCEEDED', Name: '2', Output: '3' },
    ];
    const given = {
      resource: 'arn:aws:states:::s3:putObject',
      parameters: { Bucket: 'data', Prefix: 'out/' },
      mapRun,
      results,
    };
    const folder = 'out/ad9b5f27-090b-3ac6-9beb-243cd77144a7';
    expect(await tasks().run(WRITE, given)).toEqual({
      MapRunArn: mapRunArn,
      ResultWriterDetails: { Bucket: 'data', Key: `${folder}/manifest.json` },
    });
    const text = async (name: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'data', Key: `${folder}/${name}` }));
      return Body!.transformToString();
    };
    expect(JSON.parse(await text('SUCCEEDED_0.json'))).toEqual([results[0], results[2]]);
    expect(JSON.parse(await text('FAILED_0.json'))).toEqual([results[1]]);
    expect(JSON.parse(await text('manifest.json'))).toEqual({
      DestinationBucket: 'data',
      MapRunArn: mapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: (await text('FAILED_0.json')).length }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: (await text('SUCCEEDED_0.json')).length }],
      },
    });
    await tasks().run(WRITE, { ...given, config: { Transformation: 'FLATTEN', OutputType: 'JSONL' } });
    expect(await text('SUCCEEDED_0.jsonl')).toBe('1\n2\n3\n');
    const bare = { resource: null, config: { Transformation: 'FLATTEN' }, results: [[1], 2, { a: 3 }] };
    expect(await tasks().run(WRITE, bare)).toEqual([1, 2, { a: 3 }]);
    expect(await tasks().run(WRITE, { resource: null, config: null, results })).toEqual([
      [1, 2],
      results[1],
      3,
    ]);
    const nowhere = { ...given, parameters: { Bucket: 'nowhere' } };
    expect(await tasks().fail(WRITE, nowhere)).toMatchObject({ code: 'States.ResultWriterFailed' });
  });
});
