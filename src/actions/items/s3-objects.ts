import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { EffectError } from '../action.ts';
import type { AwsClients } from '../task/aws-clients.ts';
import { optimizedFailure } from '../task/aws-failure.ts';

const NAMES = { prefix: 'S3', service: 'Amazon S3', standard: 'AmazonS3Exception' };

/** By the first bytes. */
const PACKED = [
  [Buffer.from([0x1f, 0x8b]), promisify(gunzip)],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), promisify(zstdDecompress)],
] as const;

/** What each action has to be given. All of it, and what else there is, are texts. */
const REQUIRED = { getObject: ['Bucket', 'Key'], listObjectsV2: ['Bucket'], putObject: ['Bucket', 'Key'] };

export interface S3Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

export interface ListedObject {
  readonly Key: string;
  readonly ETag?: string;
  readonly Size?: number;
  readonly StorageClass?: string;
  readonly LastModified?: Date;
}

/** What readers and writers of items do with S3. What fails has `error` as its code and the service's text as its message. */
export class S3Objects {
  readonly #aws: AwsClients;
  readonly #signal: AbortSignal;
  readonly #error: string;
  #room: number;

  /** Of objects at most `room` bytes are taken, all together. */
  constructor(aws: AwsClients, signal: AbortSignal, error: string, room = 0) {
    this.#aws = aws;
    this.#signal = signal;
    this.#error = error;
    this.#room = room;
  }

  /** The text of an object; what is packed by gzip or Zstandard is unpacked. */
  async text(place: S3Place): Promise<string> {
    const { output } = await this.#call('getObject', place);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of output.Body as AsyncIterable<Uint8Array>) {
      size += piece.length;
      if (size > this.#room) throw this.#tooLarge(place);
      pieces.push(piece);
    }
    const bytes = await this.#unpacked(Buffer.concat(pieces), place);
    this.#room -= bytes.length;
    return bytes.toString('utf8');
  }

  /** At most `most` objects, in the order of their keys. */
  async list(given: Readonly<Record<string, unknown>>, most: number): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    let ContinuationToken: unknown;
    do {
      const { output } = await this.#call('listObjectsV2', {
        ...given,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      });
      found.push(...((output.Contents ?? []) as ListedObject[]));
      ContinuationToken = output.IsTruncated === true ? output.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined && found.length < most);
    return found.slice(0, Math.min(most, found.length));
  }

  async put(place: S3Place, text: string): Promise<void> {
    const contentType = place.Key.endsWith('.json') ? 'application/json' : 'application/jsonl';
    await this.#call('putObject', { ...place, Body: Buffer.from(text), ContentType: contentType });
  }

  async #call(action: keyof typeof REQUIRED, input: object) {
    this.#requireTexts(action, input);
    try {
      return await this.#aws.call({ service: 's3', action, signal: this.#signal }, () => input);
    } catch (error) {
      const failure = optimizedFailure(error, this.#signal, NAMES);
      if (!(failure instanceof EffectError) || this.#signal.aborted) throw failure;
      if (failure.failure.code === 'AWS_CLIENT_MISSING') throw failure;
      throw new EffectError({ ...failure.failure, code: this.#error }, { cause: error });
    }
  }

  #requireTexts(action: keyof typeof REQUIRED, input: object): void {
    const given = input as Readonly<Record<string, unknown>>;
    for (const name of ['Bucket', 'Key', 'Prefix', 'VersionId']) {
      const value = given[name];
      if (typeof value === 'string' || (value === undefined && !REQUIRED[action].includes(name))) continue;
      const message = `s3:${action} takes a text as ${name}, not ${JSON.stringify(value) ?? 'nothing'}`;
      throw new EffectError({ code: this.#error, message, retryable: false });
    }
  }

  async #unpacked(bytes: Buffer, place: S3Place): Promise<Buffer> {
    const unpack = PACKED.find(([magic]) => bytes.subarray(0, magic.length).equals(magic))?.[1];
    if (unpack === undefined) return bytes;
    try {
      return await unpack(bytes, { maxOutputLength: Math.max(this.#room, 1) });
    } catch (cause) {
      if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw this.#tooLarge(place);
      const message = `s3://${place.Bucket}/${place.Key} cannot be unpacked: ${(cause as Error).message}`;
      throw new EffectError({ code: this.#error, message, retryable: false }, { cause });
    }
  }

  #tooLarge({ Bucket, Key }: S3Place): EffectError {
    const message = `s3://${Bucket}/${Key} brings more than the limit itemBytes allows`;
    return new EffectError({ code: this.#error, message, retryable: false });
  }
}
