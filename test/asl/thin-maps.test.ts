/** Maps, beyond the record: tolerance, readers, batches, writers, the order of what happens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusEngine, startCorpusEngine } from './corpus-engine.ts';
import { distributed, FAILS_FOR_TWO, functionArn, jsonata, machineOf } from './machine-shapes.ts';

let engine: CorpusEngine;
beforeAll(async () => {
  engine = await startCorpusEngine();
});
afterAll(() => engine?.stop());

const PASS = { Item: { Type: 'Pass', End: true } };

async function came(definition: object, input: unknown = {}, more: object = {}) {
  const each = {
    id: '',
    category: '',
    group: '',
    type: 'STANDARD',
    lambda: {},
    expect: { status: '' },
  } as const;
  const { status, output, error, cause } = await engine.run({ ...each, definition, input, ...more });
  return status === 'SUCCEEDED' ? output : { error, cause };
}
const EXCEEDED = { error: 'States.ExceedToleratedFailureThreshold' };

describe('failed items of a Distributed Map', () => {
  it.each<[string, Readonly<Record<string, unknown>>, unknown]>([
    ['one of none', {}, EXCEEDED],
    ['one of one', { ToleratedFailureCount: 1 }, [1, 3]],
    ['a third of 33 %', { ToleratedFailurePercentage: 33 }, EXCEEDED],
    ['a third of 34 %', { ToleratedFailurePercentage: 34 }, [1, 3]],
    ['the tighter of both', { ToleratedFailureCount: 0, ToleratedFailurePercentage: 100 }, EXCEEDED],
  ])('are tolerated: %s', async (_, fields, expected) => {
    const output = await came(distributed(FAILS_FOR_TWO, fields), [1, 2, 3]);
    if (Array.isArray(expected)) expect(output).toEqual(expected);
    else expect(output).toMatchObject(expected as object);
  });

  it('by a path, which must name no negative number', async () => {
    const machine = distributed(FAILS_FOR_TWO, { ToleratedFailureCountPath: '$.most', ItemsPath: '$.items' });
    expect(await came(machine, { most: 1, items: [1, 2, 3] })).toEqual([1, 3]);
    expect(await came(machine, { most: -1, items: [1] })).toEqual({
      error: 'States.Runtime',
      cause: expect.stringContaining(' ToleratedFailureCount cannot be negative.'),
    });
  });
});

describe('an ItemReader', () => {
  const reads = (ReaderConfig: object, more: object = {}) =>
    distributed(PASS, {
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig,
        Parameters: { Bucket: 'read', Key: 'k' },
      },
      ...more,
    });
  const object = (Body: string) => ({ s3: [{ Bucket: 'read', Key: 'k', Body }] });

  it('takes rows under headers that are given, the first one too', async () => {
    const config = {
      InputType: 'CSV',
      CSVHeaderLocation: 'GIVEN',
      CSVHeaders: ['a', 'b'],
      CSVDelimiter: 'PIPE',
    };
    expect(await came(reads(config), {}, object('1|2|3\n4\n"5|6"|7\n'))).toEqual([
      { a: '1', b: '2' },
      { a: '4', b: '' },
      { a: '5|6', b: '7' },
    ]);
  });

  it('takes no negative number of items', async () => {
    const machine = reads({ InputType: 'JSON', MaxItemsPath: '$.most' });
    expect(await came(machine, { most: -1 }, object('[1]'))).toEqual({
      error: 'States.ItemReaderFailed',
      cause: 'field MaxItems must be positive',
    });
  });

  it.each([
    [
      'MaxConcurrencyPath',
      'x',
      'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.n',
    ],
    ['MaxConcurrencyPath', -1, 'MaxConcurrency cannot be negative.'],
    ['ToleratedFailurePercentagePath', 101, 'ToleratedFailurePercentage must be between 0 and 100.'],
  ])('reads nothing where %s is %j', async (field, n, cause) => {
    expect(await came(reads({ InputType: 'JSON' }, { [field]: '$.n' }), { n })).toEqual({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'S' (entered at the event id #2). ${cause}`,
    });
  });

  it('that finds nothing is caught by its own name', async () => {
    const Catch = [{ ErrorEquals: ['States.ItemReaderFailed'], Next: 'Caught' }];
    const output = await came(
      reads({ InputType: 'JSON' }, { Catch }),
      {},
      {
        s3: [{ Bucket: 'read', Key: 'other', Body: '' }],
      },
    );
    expect(output).toMatchObject({ Error: 'States.ItemReaderFailed' });
  });
});

describe('where an item comes from', () => {
  const SELECT = { ItemSelector: { 'from.$': '$$.Map.Item.Source' } };
  const read = (resource: string, ReaderConfig: object, Parameters: object, more: object = {}) =>
    distributed(PASS, {
      ItemReader: { Resource: `arn:aws:states:::s3:${resource}`, ReaderConfig, Parameters },
      ...SELECT,
      ...more,
    });
  const s3 = [
    { Bucket: 'kept', Key: 'a/1', Body: '[1,2]' },
    { Bucket: 'kept', Key: 'a/2', Body: '[3]' },
    { Bucket: 'kept', Key: 'manifest', Body: 's3://kept/a/1\ns3://kept/a/2\n' },
    {
      Bucket: 'kept',
      Key: 'inventory',
      Body: '{"destinationBucket":"arn:aws:s3:::kept","fileFormat":"CSV","fileSchema":"Key","files":[{"key":"a/2"}]}',
    },
  ];
  const first = 'S3://kept/a/1';
  const second = 'S3://kept/a/2';
  const JSON_ITEMS = { InputType: 'JSON' };
  it.each<[string, object, readonly string[]]>([
    ['the state', distributed(PASS, { ItemsPath: '$.items', ...SELECT }), ['STATE_DATA', 'STATE_DATA']],
    [
      'the state of an inline Map',
      machineOf({
        Type: 'Map',
        ItemsPath: '$.items',
        ...SELECT,
        ItemProcessor: { StartAt: 'Item', States: PASS },
      }),
      ['STATE_DATA', 'STATE_DATA'],
    ],
    ['an object', read('getObject', JSON_ITEMS, { Bucket: 'kept', Key: 'a/1' }), [first, first]],
    ['a listing', read('listObjectsV2', {}, { Bucket: 'kept', Prefix: 'a/' }), ['S3://kept', 'S3://kept']],
    [
      'the objects of a listing',
      read(
        'listObjectsV2',
        { ...JSON_ITEMS, Transformation: 'LOAD_AND_FLATTEN' },
        { Bucket: 'kept', Prefix: 'a/' },
      ),
      [first, first, second],
    ],
    [
      'the objects of a manifest',
      read('getObject', { ...JSON_ITEMS, ManifestType: 'ATHENA_DATA' }, { Bucket: 'kept', Key: 'manifest' }),
      [first, first, second],
    ],
    [
      'an inventory',
      read('getObject', { InputType: 'MANIFEST' }, { Bucket: 'kept', Key: 'inventory' }),
      [second],
    ],
  ])('is told by Map.Item.Source: %s', async (_, machine, sources) => {
    const from = sources.map((source) => ({ from: source }));
    expect(await came(machine, { items: [1, 2] }, { s3 })).toEqual(from);
  });

  it('is told where items go into batches', async () => {
    const machine = read(
      'getObject',
      JSON_ITEMS,
      { Bucket: 'kept', Key: 'a/1' },
      { ItemBatcher: { MaxItemsPerBatch: 2 } },
    );
    expect(await came(machine, {}, { s3 })).toEqual([{ Items: [{ from: first }, { from: first }] }]);
  });
});

describe('batches', () => {
  it('hold selected items and the input of all', async () => {
    const machine = distributed(PASS, {
      ItemsPath: '$.items',
      ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value' },
      ItemBatcher: { MaxItemsPerBatchPath: '$.most', BatchInput: { 'all.$': '$.all' } },
    });
    expect(await came(machine, { items: ['a', 'b', 'c'], most: 2, all: 1 })).toEqual([
      {
        BatchInput: { all: 1 },
        Items: [
          { i: 0, v: 'a' },
          { i: 1, v: 'b' },
        ],
      },
      { BatchInput: { all: 1 }, Items: [{ i: 2, v: 'c' }] },
    ]);
  });
});

describe('variables', () => {
  it('of a Map are none of its Distributed children', async () => {
    const children = distributed(
      { Item: { Type: 'Pass', Output: '{% $x %}', End: true } },
      { Items: [1], ToleratedFailureCount: 1 },
    );
    const machine = {
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: { Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'S' }, ...children.States },
    };
    expect(await came(machine)).toEqual([]);
  });
});

describe('a Map in JSONata', () => {
  it('selects what each iteration gets, and sees all results at the end', async () => {
    const machine = jsonata({
      Type: 'Map',
      Items: '{% $states.input.list %}',
      ItemSelector:
        '{% $states.context.Map.Item.Value * $states.input.by + $states.context.Map.Item.Index %}',
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
      Output: '{% $sum($states.result) %}',
    });
    expect(await came(machine, { list: [1, 2], by: 10 })).toBe(31);
  });
});

describe('a bound that an expression gives', () => {
  const typed = (field: string, was: string) =>
    `The JSONata expression '$states.input.n' specified for the field '${field}' returned an unexpected result type. Expected 'number', but was ${was}`;
  it.each<[field: string, value: unknown, cause: string]>([
    ['MaxConcurrency', '1', typed('MaxConcurrency', `'string' for value: "1"`)],
    ['MaxConcurrency', null, typed('MaxConcurrency', `'null' for value: null`)],
    ['MaxConcurrency', 1.5, 'The MaxConcurrency field must be an integer, but was: 1.5'],
    ['ToleratedFailureCount', '1', typed('ToleratedFailureCount', `'string' for value: "1"`)],
    ['ToleratedFailurePercentage', '1', typed('ToleratedFailurePercentage', `'string' for value: "1"`)],
  ])('is a number: %s %j', async (field, n, cause) => {
    const machine = distributed(
      PASS,
      { Items: [1], [field]: '{% $states.input.n %}' },
      { QueryLanguage: 'JSONata' },
    );
    expect(await came(machine, { n })).toEqual({
      error: 'States.QueryEvaluationError',
      cause: `An error occurred while executing the state 'S' (entered at the event id #2). ${cause}`,
    });
  });
});

describe('a time that ran out within', () => {
  it('reaches the catchers around with its empty cause', async () => {
    const slow = { Type: 'Task', Resource: functionArn('slow'), TimeoutSeconds: 1, End: true };
    const machine = machineOf({
      Type: 'Parallel',
      Branches: [{ StartAt: 'Slow', States: { Slow: slow } }],
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Caught' }],
    });
    const lambda = { slow: { behaviour: 'sleep_then_echo_input', seconds: 3 } };
    expect(await came(machine, {}, { lambda })).toEqual({ Error: 'States.Timeout', Cause: '' });
  });
});
