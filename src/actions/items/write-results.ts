import { EffectError } from '../action.ts';
import { argumentsOf, type Integration } from '../task/integration.ts';
import { type ChildResult, resultText, transformedResults, type WriterConfig } from './results.ts';
import { S3Objects } from './s3-objects.ts';

/** What the resource `tidegate:items:write` takes: a ResultWriter, its paths and expressions evaluated, and what it writes. */
export interface WriteResults {
  /** `arn:aws:states:::s3:putObject` */
  readonly writer: string;
  /** Bucket, and Prefix where there is one. */
  readonly arguments: { readonly Bucket: string; readonly Prefix?: string };
  readonly config?: WriterConfig;
  readonly mapRunArn: string;
  readonly results: readonly ChildResult[];
}

const WRITER_FAILED = 'States.ResultWriterFailed';
const FILES = ['FAILED', 'PENDING', 'SUCCEEDED'] as const;

/** `tidegate:items:write`: writes results to a file per outcome, then the manifest that lists them, and tells where it is. */
export const writeResults: Integration = async (call, { aws }) => {
  const given = argumentsOf(call) as unknown as WriteResults;
  const { writer, arguments: place, config = {}, mapRunArn, results } = given;
  if (!writer.endsWith(':s3:putObject')) {
    const message = `the writer "${writer}" is not supported: use s3:putObject`;
    throw new EffectError({ code: WRITER_FAILED, message, retryable: false });
  }
  const { Bucket, Prefix = '' } = place;
  const objects = new S3Objects(aws, call.signal, WRITER_FAILED);
  const folder = `${Prefix === '' ? '' : `${Prefix.replace(/\/+$/, '')}/`}${mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1)}`;
  const ResultFiles: Record<string, { Key: string; Size: number }[]> = {};
  for (const outcome of FILES) {
    const own = results.filter((result) => fileOf(result) === outcome);
    ResultFiles[outcome] = [];
    if (own.length === 0) continue;
    const text = resultText(transformedResults(own, config.Transformation), config.OutputType);
    const Key = `${folder}/${outcome}_0.${config.OutputType === 'JSONL' ? 'jsonl' : 'json'}`;
    await objects.put({ Bucket, Key }, text);
    ResultFiles[outcome].push({ Key, Size: Buffer.byteLength(text) });
  }
  const Key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
  await objects.put({ Bucket, Key }, JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
};

function fileOf({ Status }: ChildResult): (typeof FILES)[number] {
  return Status === 'SUCCEEDED' || Status === 'PENDING' ? Status : 'FAILED';
}
