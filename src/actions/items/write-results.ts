import { splitRunKey } from '../../model/run.ts';
import { mapRunArn as arnOfMapRun, DEFAULT_ARN_SCOPE } from '../../model/step-functions-arns.ts';
import { EffectError } from '../action.ts';
import { uuidOf } from '../task/aws-sdk.ts';
import { argumentsOf, type Integration, type TaskCall, type TaskDeps } from '../task/integration.ts';
import {
  type ChildResult,
  childResultOf,
  resultTexts,
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
  readonly results?: readonly unknown[];
}

const WRITER_FAILED = 'States.ResultWriterFailed';
const FILES = ['FAILED', 'PENDING', 'SUCCEEDED'] as const;

/**
 * `tidegate:items:write`: writes results to a file per outcome, then the manifest that lists them, and tells where it is. Without a
 * resource it gives the transformed results themselves.
 */
export const writeResults: Integration = async (call, deps) => {
  const given = argumentsOf(call) as unknown as WriteResults;
  const { resource, parameters = {}, config } = given;
  if (resource === null)
    return transformedResults(await childrenOf(call, deps), config?.Transformation ?? 'COMPACT');
  if (!resource.endsWith(':s3:putObject'))
    throw failed(`the writer "${resource}" is not supported: use s3:putObject`);
  const { Bucket, Prefix = '' } = parameters;
  if (Bucket === undefined) throw failed('the ResultWriter names no Bucket');
  if (typeof Prefix !== 'string') throw failed(`the Prefix of the ResultWriter is ${JSON.stringify(Prefix)}`);
  const { arns = DEFAULT_ARN_SCOPE, aws } = deps;
  const { mapRun = `Map:${uuidOf(call.effect.id)}` } = given;
  const children = await childrenOf(call, deps);
  const objects = new S3Objects(aws, call.signal, WRITER_FAILED);
  const [label = '', id = ''] = mapRun.split(':');
  const mapRunArn = arnOfMapRun(arns, splitRunKey(call.effect.run).workflow, label, id);
  const folder = `${Prefix === '' ? '' : `${Prefix.replace(/\/+$/, '')}/`}${id}`;
  const ResultFiles: Record<string, object[]> = {};
  for (const outcome of FILES) {
    const own = children.filter((child) => fileOf(child) === outcome);
    ResultFiles[outcome] = await write(objects, { Bucket, folder, outcome }, own, config ?? {});
  }
  const Key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles };
  await objects.put({ Bucket, Key }, JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
};

/** By item. */
async function childrenOf(
  call: TaskCall,
  { executions, arns = DEFAULT_ARN_SCOPE }: TaskDeps,
): Promise<readonly ChildResult[]> {
  const { mapRun, results = [] } = argumentsOf(call) as unknown as WriteResults;
  if (mapRun === undefined || executions === undefined) return results.map(childResultOf);
  return executions.ofMapRun(call.effect, mapRun, arns);
}

async function write(
  objects: S3Objects,
  { Bucket, folder, outcome }: { readonly Bucket: string; readonly folder: string; readonly outcome: string },
  children: readonly ChildResult[],
  { Transformation, OutputType }: WriterConfig,
): Promise<{ readonly Key: string; readonly Size: number }[]> {
  const files: { readonly Key: string; readonly Size: number }[] = [];
  for (const text of resultTexts(transformedResults(children, Transformation), OutputType)) {
    const Key = `${folder}/${outcome}_${files.length}.${OutputType === 'JSONL' ? 'jsonl' : 'json'}`;
    await objects.put({ Bucket, Key }, text);
    files.push({ Key, Size: Buffer.byteLength(text) });
  }
  return files;
}

function fileOf({ Status }: ChildResult): (typeof FILES)[number] {
  return Status === 'SUCCEEDED' || Status === 'PENDING' ? Status : 'FAILED';
}

function failed(message: string): EffectError {
  return new EffectError({ code: WRITER_FAILED, message, retryable: false });
}
