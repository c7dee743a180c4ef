import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3StandIn {
  /** For AWS_ENDPOINT_URL_S3. */
  readonly url: string;
  put(bucket: string, key: string, body: string): void;
  get(bucket: string, key: string): string | undefined;
  stop(): Promise<void>;
}

/** Objects in memory behind the REST protocol of S3, buckets in the path: GetObject, PutObject and ListObjectsV2. */
export async function startS3(): Promise<S3StandIn> {
  const buckets = new Map<string, Map<string, string>>();
  const bucketOf = (name: string) => {
    const known = buckets.get(name) ?? new Map<string, string>();
    buckets.set(name, known);
    return known;
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    const key = rest.join('/');
    if (request.method === 'PUT' && key !== '') {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      bucketOf(bucket).set(key, Buffer.concat(pieces).toString('utf8'));
      response.writeHead(200, { etag: '"put"' }).end();
      return;
    }
    const objects = buckets.get(bucket);
    if (objects === undefined) return refuse(response, 'NoSuchBucket', 'The specified bucket does not exist');
    if (key === '') return list(response, bucket, objects, url.searchParams.get('prefix') ?? '');
    const body = objects.get(key);
    if (body === undefined) return refuse(response, 'NoSuchKey', 'The specified key does not exist.');
    response.writeHead(200, { 'content-type': 'binary/octet-stream', etag: '"object"' }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    put: (bucket, key, body) => void bucketOf(bucket).set(key, body),
    get: (bucket, key) => buckets.get(bucket)?.get(key),
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function list(
  response: ServerResponse,
  bucket: string,
  objects: ReadonlyMap<string, string>,
  prefix: string,
) {
  const found = [...objects].filter(([key]) => key.startsWith(prefix));
  const contents = found.map(
    ([key, body]) =>
      `<Contents><Key>${xml(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;object&quot;</ETag><Size>${Buffer.byteLength(body)}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const head = `<Name>${bucket}</Name><Prefix>${xml(prefix)}</Prefix><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>`;
  answer(response, 200, `<ListBucketResult>${head}${contents.join('')}</ListBucketResult>`);
}

function refuse(response: ServerResponse, code: string, message: string): void {
  answer(response, 404, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

const xml = (text: string) => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
