/** ResultWriters of Distributed Maps, against the documentation: what they write, and what the state gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusEngine, startCorpusEngine } from './corpus-engine.ts';
import { distributed, FAILS_FOR_TWO } from './machine-shapes.ts';

let engine: CorpusEngine;
beforeAll(async () => {
  engine = await startCorpusEngine();
});
afterAll(() => engine?.stop());

const WRITE = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'jobs' } };
const ONE_MAY_FAIL = { ToleratedFailureCount: 1 };

async function came(map: object, input: unknown) {
  const each = {
    id: '',
    category: '',
    group: '',
    type: 'STANDARD',
    lambda: null,
    expect: { status: '' },
  } as const;
  const definition = distributed(FAILS_FOR_TWO, { Label: 'items', ...map });
  return engine.run({ ...each, definition, input });
}

interface Written {
  readonly MapRunArn: string;
  readonly ResultWriterDetails: { readonly Bucket: string; readonly Key: string };
}

/** The manifest, and the texts of the files it lists, by name. */
async function written(ResultWriter: object, input: unknown, map: object = {}) {
  const { status, output } = await came({ ResultWriter, ...map }, input);
  expect(status).toBe('SUCCEEDED');
  const { MapRunArn, ResultWriterDetails } = output as Written;
  const manifest = JSON.parse(engine.object(ResultWriterDetails.Bucket, ResultWriterDetails.Key)!) as {
    readonly ResultFiles: Readonly<
      Record<string, readonly { readonly Key: string; readonly Size: number }[]>
    >;
  };
  const files = Object.values(manifest.ResultFiles).flat();
  const texts = Object.fromEntries(
    files.map(({ Key }) => [Key.slice(Key.lastIndexOf('/') + 1), engine.object('out', Key)!]),
  );
  return { MapRunArn, ResultWriterDetails, manifest, files, texts };
}

/** How a child is described, in the order of the members that the service has. */
const described = (input: unknown, end: object) => ({
  ...('Error' in end && { Error: 'Two' }),
  ExecutionArn: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:execution:case\d+\/items:.+$/),
  Input: JSON.stringify(input),
  InputDetails: { Included: true },
  Name: expect.any(String),
  RedriveCount: 0,
  StartDate: expect.stringMatching(/Z$/),
  StateMachineArn: expect.stringMatching(/:stateMachine:case\d+\/items$/),
  StopDate: expect.stringMatching(/Z$/),
  ...end,
});
const succeeded = (value: unknown) =>
  described(value, {
    Output: JSON.stringify(value),
    OutputDetails: { Included: true },
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    Status: 'SUCCEEDED',
  });
const failed = (value: unknown) =>
  described(value, { Error: 'Two', RedriveStatus: 'REDRIVABLE', Status: 'FAILED' });

describe('results written to S3', () => {
  it('are the described children, a file per outcome, and a manifest that lists them', async () => {
    const { MapRunArn, ResultWriterDetails, manifest, files, texts } = await written(
      WRITE,
      [1, 2, { a: 3 }],
      ONE_MAY_FAIL,
    );
    const [, id] = /:mapRun:case\d+\/items:(.+)$/.exec(MapRunArn)!;
    expect(ResultWriterDetails).toEqual({ Bucket: 'out', Key: `jobs/${id}/manifest.json` });
    const file = (name: string) => ({
      Key: `jobs/${id}/${name}`,
      Size: Buffer.byteLength(texts[name]!),
    });
    expect(manifest).toEqual({
      DestinationBucket: 'out',
      MapRunArn,
      ResultFiles: { FAILED: [file('FAILED_0.json')], PENDING: [], SUCCEEDED: [file('SUCCEEDED_0.json')] },
    });
    expect(files).toHaveLength(2);
    expect(JSON.parse(texts['SUCCEEDED_0.json']!)).toEqual([succeeded(1), succeeded({ a: 3 })]);
    expect(JSON.parse(texts['FAILED_0.json']!)).toEqual([failed(2)]);
  });

  it.each([
    ['NONE', 'JSON', JSON.stringify([succeeded(1)])],
    ['COMPACT', 'JSON', '[1,[3,[4]]]'],
    ['COMPACT', 'JSONL', '1\n[3,[4]]\n'],
    ['FLATTEN', 'JSON', '[1,3,[4]]'],
    ['FLATTEN', 'JSONL', '1\n3\n[4]\n'],
  ])('are transformed: %s as %s', async (Transformation, OutputType, text) => {
    const { texts } = await written({ ...WRITE, WriterConfig: { Transformation, OutputType } }, [
      1,
      [3, [4]],
    ]);
    const name = `SUCCEEDED_0.${OutputType.toLowerCase()}`;
    if (Transformation === 'NONE')
      expect(JSON.parse(texts[name]!)).toEqual([succeeded(1), succeeded([3, [4]])]);
    else expect(texts).toEqual({ [name]: text });
  });

  it('of no items are a manifest alone', async () => {
    expect((await written(WRITE, [])).manifest.ResultFiles).toEqual({
      FAILED: [],
      PENDING: [],
      SUCCEEDED: [],
    });
  });

  it.each([
    ['no Prefix', { Bucket: 'out' }, ''],
    ['an empty one', { Bucket: 'out', Prefix: '' }, ''],
    ['one that ends in a slash', { Bucket: 'out', Prefix: 'a/b/' }, 'a/b/'],
  ])('lie under the Prefix: %s', async (_, Parameters, folder) => {
    const { ResultWriterDetails, MapRunArn } = await written({ ...WRITE, Parameters }, [1]);
    expect(ResultWriterDetails.Key).toBe(`${folder}${MapRunArn.split(':').at(-1)}/manifest.json`);
  });

  it('may be more than a payload, and more than a join collects', async () => {
    const input = Array.from({ length: 300 }, (_, at) => `${at} ${'x'.repeat(2_000)}`);
    const { texts } = await written(
      { ...WRITE, WriterConfig: { OutputType: 'JSON', Transformation: 'COMPACT' } },
      input,
      {
        MaxConcurrency: 20,
      },
    );
    expect(JSON.parse(texts['SUCCEEDED_0.json']!)).toEqual(input);
  });

  it.each([
    [{ Prefix: 'p' }, 'the ResultWriter names no Bucket'],
    [{ Bucket: 1 }, 's3:putObject takes a text as Bucket, not 1'],
    [{ Bucket: 'out', Prefix: 1 }, 'the Prefix of the ResultWriter is 1'],
  ])('need a place: %j', async (Parameters, cause) => {
    expect(await came({ ResultWriter: { ...WRITE, Parameters } }, [1])).toMatchObject({
      error: 'States.ResultWriterFailed',
      cause,
    });
  });
});

describe('results that only a WriterConfig is for', () => {
  const given = async (Transformation: string | undefined, input: unknown) => {
    const WriterConfig = { OutputType: 'JSON', ...(Transformation !== undefined && { Transformation }) };
    return (await came({ ResultWriter: { WriterConfig }, ...ONE_MAY_FAIL }, input)).output;
  };

  it.each<[string | undefined, unknown]>([
    ['NONE', [succeeded([1]), failed(2), succeeded(3)]],
    ['COMPACT', [[1], failed(2), 3]],
    ['FLATTEN', [1, failed(2), 3]],
    [undefined, [[1], failed(2), 3]],
  ])('are what the state gives, by item: %s', async (transformation, results) => {
    expect(await given(transformation, [[1], 2, 3])).toEqual(results);
  });

  it('keep the order of the items', async () => {
    const items = Array.from({ length: 25 }, (_, at) => at + 10);
    expect(await given('COMPACT', items)).toEqual(items);
  });
});
