import { splitRunKey } from '../../model/run.ts';
import { mapRunArn as arnOfMapRun, DEFAULT_ARN_SCOPE } from '../../model/step-functions-arns.ts';
import { EffectError } from '../action.ts';
import { uuidOf } from '../task/aws-sdk.ts';
import { argumentsOf, type Integration } from '../task/integration.ts';
import {
  type ChildResult,
  childResultOf,
  resultText,
  transformedResults,
  type WriterConfig,
} from './results.ts';
import { S3Objects } from './s3-objects.ts';

/** What the resource `tidegate:items:write` takes: a ResultWriter, its paths and expressions evaluated, and what it writes. */
export interface WriteResults {
  /** `arn:aws:states:::s3:putObject`; null: nothing is written, the results are only transformed. */
  readonly resource: string | null;
  /** Bucket, and Prefix where there is one. */
  readonly parameters?: { readonly Bucket?: string; readonly Prefix?: string };
  readonly config?: WriterConfig | null;
  /** `LABEL:ID`, as the children's label says: the results are read from their runs. */
  readonly mapRun?: string;
  /** Without `mapRun`, by item: how the service describes its execution, or its bare output. */
  readonly results: readonly unknown[];
}

const WRITER_FAILED = 'States.ResultWriterFailed';
const FILES = ['FAILED', 'PENDING', 'SUCCEEDED'] as const;

/**
 * `tidegate:items:write`: writes results to a file per outcome, then the manifest that lists them, and tells where it is. Without a
 * resource it gives the transformed results themselves.
 */
export const writeResults: Integration = async (call, deps) => {
  const given = argumentsOf(call) as unknown as WriteResults;
  const { resource, parameters = {}, config, results } = given;
  if (resource === null)
    return transformedResults(results.map(childResultOf), config?.Transformation ?? 'COMPACT');
  if (!resource.endsWith(':s3:putObject'))
    throw failed(`the writer "${resource}" is not supported: use s3:putObject`);
  const { Bucket, Prefix = '' } = parameters;
  if (Bucket === undefined) throw failed('the ResultWriter names no Bucket');
  const { arns = DEFAULT_ARN_SCOPE, executions, aws } = deps;
  const { mapRun = `Map:${uuidOf(call.effect.id)}` } = given;
  const children =
    given.mapRun === undefined || executions === undefined
      ? results.map(childResultOf)
      : await executions.ofMapRun(call.effect, mapRun, arns);
  const objects = new S3Objects(aws, call.signal, WRITER_FAILED);
  const [label = '', id = ''] = mapRun.split(':');
  const mapRunArn = arnOfMapRun(arns, splitRunKey(call.effect.run).workflow, label, id);
  const folder = `${Prefix === '' ? '' : `${Prefix.replace(/\/+$/, '')}/`}${id}`;
  const ResultFiles: Record<string, object[]> = {};
  for (const outcome of FILES) {
    const own = children.filter((child) => fileOf(child) === outcome);
    ResultFiles[outcome] =
      own.length === 0 ? [] : [await write(objects, { Bucket, folder, outcome }, own, config ?? {})];
  }
  const Key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
  await objects.put({ Bucket, Key }, JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
};

async function write(
  objects: S3Objects,
  { Bucket, folder, outcome }: { readonly Bucket: string; readonly folder: string; readonly outcome: string },
  children: readonly ChildResult[],
  { Transformation, OutputType }: WriterConfig,
): Promise<{ readonly Key: string; readonly Size: number }> {
  const text = resultText(transformedResults(children, Transformation), OutputType);
  const Key = `${folder}/${outcome}_0.${OutputType === 'JSONL' ? 'jsonl' : 'json'}`;
  await objects.put({ Bucket, Key }, text);
  return { Key, Size: Buffer.byteLength(text) };
}

function fileOf({ Status }: ChildResult): (typeof FILES)[number] {
  return Status === 'SUCCEEDED' || Status === 'PENDING' ? Status : 'FAILED';
}

function failed(message: string): EffectError {
  return new EffectError({ code: WRITER_FAILED, message, retryable: false });
}
