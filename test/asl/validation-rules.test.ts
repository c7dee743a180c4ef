import { describe, expect, it } from 'vitest';
import { type MachineType, validateStateMachine } from '../../src/compilers/asl/validation/index.ts';
import type { Diagnostic } from '../../src/model/errors.ts';
import { LIMITS } from '../../src/model/limits.ts';

type State = Readonly<Record<string, unknown>>;

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const QUEUE = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const INNER = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
const DISTRIBUTED = { ...INNER, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

const pass = (fields: State = {}): State => ({ Type: 'Pass', End: true, ...fields });
const jsonata = (fields: State): State => pass({ QueryLanguage: 'JSONata', ...fields });
const task = (fields: State = {}): State => ({ Type: 'Task', Resource: FUNCTION, End: true, ...fields });
const wait = (fields: State): State => ({ Type: 'Wait', End: true, ...fields });
const fail = (fields: State): State => ({ Type: 'Fail', ...fields });
const map = (fields: State = {}): State => ({ Type: 'Map', ItemProcessor: INNER, End: true, ...fields });
const far = (fields: State = {}): State => map({ ItemProcessor: DISTRIBUTED, ...fields });
const parallel = (...branches: unknown[]): State => ({ Type: 'Parallel', Branches: branches, End: true });
const choice = (...rules: unknown[]): State => ({ Type: 'Choice', Choices: rules, Default: 'End' });
const rule = (fields: State): State => ({ Variable: '$.x', ...fields, Next: 'End' });
const retry = (...retriers: unknown[]): State => task({ Retry: retriers });
const getObject = (fields: State = {}) =>
  far({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ...fields } });
const read = (config: State) => getObject({ ReaderConfig: config });

/** A machine of the state `S`, and of `End` where the state leads there. */
function machineOf(state: State): State {
  return { StartAt: 'S', States: { S: state, ...(state.Type === 'Choice' && { End: { Type: 'Succeed' } }) } };
}

function check(machine: unknown, type: MachineType = 'STANDARD'): readonly Diagnostic[] {
  return validateStateMachine(machine, { limits: LIMITS, type });
}

const short = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ code, pointer }) => `${code} ${pointer.replace('/States/S', '')}`);

describe.each<[string, State[], ...[State, string][]]>([
  [
    'fields',
    [pass({ Comment: 'c' }), fail({}), wait({ Seconds: 0 })],
    [pass({ Comment: 1 }), 'ASL_WRONG_TYPE /Comment'],
    [pass({ Paramters: {} }), 'ASL_UNKNOWN_FIELD /Paramters'],
    [fail({ End: true }), 'ASL_UNKNOWN_FIELD /End'],
    [{ Type: 'Succeed', Assign: {} }, 'ASL_UNKNOWN_FIELD /Assign'],
    [{ End: true }, 'ASL_MISSING_FIELD '],
    [{ Type: 'Task', End: true }, 'ASL_MISSING_FIELD '],
    [{ Type: 'pass', End: true }, 'ASL_UNKNOWN_VALUE /Type'],
    [wait({}), 'ASL_MISSING_FIELD '],
    [wait({ Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }), 'ASL_EXCLUSIVE_FIELDS /Timestamp'],
    [parallel(), 'ASL_EMPTY /Branches'],
  ],
  [
    'query languages',
    [jsonata({ Output: '{% $states.input %}' }), pass({ QueryLanguage: 'JSONPath', InputPath: null })],
    [jsonata({ InputPath: '$.a' }), 'ASL_QUERY_LANGUAGE /InputPath'],
    [pass({ Output: 1 }), 'ASL_QUERY_LANGUAGE /Output'],
    [pass({ QueryLanguage: 'JMESPath' }), 'ASL_UNKNOWN_VALUE /QueryLanguage'],
  ],
  [
    'numbers',
    [task({ TimeoutSeconds: 99_999_999 }), far({ ToleratedFailurePercentage: 100, MaxConcurrency: 0 })],
    [task({ TimeoutSeconds: 0 }), 'ASL_OUT_OF_RANGE /TimeoutSeconds'],
    [task({ TimeoutSeconds: 1.5 }), 'ASL_WRONG_TYPE /TimeoutSeconds'],
    [task({ TimeoutSeconds: '{% 1 %}' }), 'ASL_WRONG_TYPE /TimeoutSeconds'],
    [task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }), 'ASL_HEARTBEAT /HeartbeatSeconds'],
    [task({ TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' }), 'ASL_EXCLUSIVE_FIELDS /TimeoutSecondsPath'],
    [map({ MaxConcurrency: -1 }), 'ASL_OUT_OF_RANGE /MaxConcurrency'],
    [map({ ToleratedFailurePercentage: 101 }), 'ASL_OUT_OF_RANGE /ToleratedFailurePercentage'],
    [wait({ Seconds: -1 }), 'ASL_OUT_OF_RANGE /Seconds'],
  ],
  [
    'timestamps',
    [wait({ Timestamp: '2024-02-29T23:59:59.123+05:30' })],
    [wait({ Timestamp: '2024-02-29T23:59:60Z' }), 'ASL_TIMESTAMP /Timestamp'],
    [wait({ Timestamp: '2024-02-29T23:59:59+19:00' }), 'ASL_TIMESTAMP /Timestamp'],
    [wait({ Timestamp: '2024-02-29T23:59Z' }), 'ASL_TIMESTAMP /Timestamp'],
    [choice(rule({ TimestampEquals: '2024-02-29T23:59:60Z' })), 'ASL_TIMESTAMP /Choices/0/TimestampEquals'],
    [wait({ Timestamp: '2023-02-29T00:00:00Z' }), 'ASL_TIMESTAMP /Timestamp'],
    [wait({ Timestamp: '2024-01-01T00:00:00z' }), 'ASL_TIMESTAMP /Timestamp'],
    [wait({ Timestamp: '2024-01-01' }), 'ASL_TIMESTAMP /Timestamp'],
  ],
  [
    'paths',
    [
      pass({ InputPath: '$.a[*]', ResultPath: '$.a.b', OutputPath: '$$.Execution.Id' }),
      map({ MaxConcurrencyPath: '$$.Execution.Input.n' }),
      far({ ItemBatcher: { MaxItemsPerBatchPath: '$$.Execution.Input.n' } }),
      far({ ToleratedFailureCountPath: '$$.Execution.Input.n' }),
      read({ InputType: 'JSON', MaxItemsPath: '$$.Execution.Input.n' }),
      fail({ ErrorPath: 'States.UUID()' }),
    ],
    [pass({ InputPath: 'a' }), 'ASL_PATH /InputPath'],
    [pass({ InputPath: 'States.UUID()' }), 'ASL_PATH /InputPath'],
    [pass({ ResultPath: '$.a[*]' }), 'ASL_REFERENCE_PATH /ResultPath'],
    [pass({ ResultPath: '$$.a' }), 'ASL_REFERENCE_PATH /ResultPath'],
    [wait({ SecondsPath: '$..a' }), 'ASL_REFERENCE_PATH /SecondsPath'],
    [map({ MaxConcurrencyPath: '$.n[*]' }), 'ASL_REFERENCE_PATH /MaxConcurrencyPath'],
    [fail({ ErrorPath: 'States.MathAdd(1, 2)' }), 'ASL_PATH /ErrorPath'],
    [fail({ Cause: 'c', CausePath: '$.c' }), 'ASL_EXCLUSIVE_FIELDS /CausePath'],
  ],
  [
    'templates',
    [pass({ Parameters: { 'a.$': "States.Format('{}', $.b)", c: { 'd.$': '$$.State.Name' } } })],
    [pass({ Parameters: { 'a.$': 'b' } }), 'ASL_TEMPLATE /Parameters/a.$'],
    [pass({ Parameters: { 'a.$': 1 } }), 'ASL_TEMPLATE /Parameters/a.$'],
    [pass({ Parameters: { 'a.$': 'States.Nothing()' } }), 'ASL_TEMPLATE /Parameters/a.$'],
    [pass({ Parameters: { a: 1, 'a.$': '$.a' } }), 'ASL_TEMPLATE /Parameters/a.$'],
    [task({ ResultSelector: [{ 'a.$': '$.a' }] }), 'ASL_WRONG_TYPE /ResultSelector'],
    [pass({ Parameters: { a: '$.b' } }), 'ASL_STATIC_TEXT /Parameters/a'],
    [pass({ Parameters: { a: '{% 1 %}' } }), 'ASL_STATIC_TEXT /Parameters/a'],
    [pass({ Result: '$.b' }), 'ASL_STATIC_TEXT /Result'],
  ],
  [
    'JSONata',
    [
      jsonata({ Output: ['{% 1 + 1 %}', 'plain'] }),
      jsonata({ Output: '{% "$states.result $$" %}' }),
      jsonata({ Output: '{% $map([1, 2], function($each) { $each + 1 }) %}' }),
      task({ QueryLanguage: 'JSONata', Output: '{% $states.result %}', Arguments: {} }),
    ],
    [jsonata({ Output: '{% 1 + %}' }), 'ASL_JSONATA /Output'],
    [jsonata({ Output: '{%%}' }), 'ASL_JSONATA /Output'],
    [jsonata({ Output: { a: ['{% $sum( %}'] } }), 'ASL_JSONATA /Output/a/0'],
    [jsonata({ Output: '{% $$.a %}' }), 'ASL_JSONATA /Output'],
    [jsonata({ Output: '{% $states.result %}' }), 'ASL_STATES_VARIABLE /Output'],
    [task({ QueryLanguage: 'JSONata', Arguments: '{% $states.result %}' }), 'ASL_STATES_VARIABLE /Arguments'],
    [task({ QueryLanguage: 'JSONata', Output: '{% $states.errorOutput %}' }), 'ASL_STATES_VARIABLE /Output'],
    [jsonata({ Output: '{% $nobody %}' }), 'ASL_VARIABLE_UNASSIGNED /Output'],
    [jsonata({ Output: '{% 1' }), 'ASL_JSONATA /Output'],
    [jsonata({ Output: ' {% 1 %}' }), 'ASL_JSONATA /Output'],
    [jsonata({ Output: { 'a.$': '$.a' } }), 'ASL_STATIC_TEXT /Output/a.$'],
  ],
  [
    'variables',
    [pass({ Assign: { a: 1, 'b.$': '$.b', größe: 2, _x: 3 } })],
    [pass({ Assign: { states: 1 } }), 'ASL_VARIABLE_NAME /Assign/states'],
    [pass({ Assign: { '1a': 1 } }), 'ASL_VARIABLE_NAME /Assign/1a'],
    [pass({ Assign: { 'a-b': 1 } }), 'ASL_VARIABLE_NAME /Assign/a-b'],
    [pass({ Assign: { ['a'.repeat(81)]: 1 } }), `ASL_VARIABLE_NAME /Assign/${'a'.repeat(81)}`],
    [pass({ Assign: 1 }), 'ASL_WRONG_TYPE /Assign'],
    [pass({ InputPath: '$nobody' }), 'ASL_VARIABLE_UNASSIGNED /InputPath'],
  ],
  [
    'resources',
    [
      task({ Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets' }),
      task({ Resource: 'arn:aws:states:eu-west-1:1:activity:a' }),
      task({ Resource: `${FUNCTION}:$LATEST` }),
    ],
    [task({ Resource: `${FUNCTION}:` }), 'ASL_RESOURCE /Resource'],
    [task({ Resource: 'my-function' }), 'ASL_RESOURCE /Resource'],
    [task({ Resource: 'arn:aws:states:::nosuch:thing' }), 'ASL_RESOURCE /Resource'],
    [task({ Resource: 1 }), 'ASL_WRONG_TYPE /Resource'],
    [task({ Resource: 'arn:aws:states:::lambda:invoke' }), 'ASL_ARGUMENTS /Parameters'],
    [
      task({ Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f', Pay: 1 } }),
      'ASL_ARGUMENTS /Parameters/Pay',
    ],
    [task({ Resource: QUEUE, Parameters: {} }), 'ASL_ARGUMENTS /Parameters'],
  ],
  [
    'retries',
    [
      retry(
        { ErrorEquals: ['E'], MaxAttempts: 0 },
        { ErrorEquals: ['States.ALL'], BackoffRate: 1, JitterStrategy: 'FULL' },
      ),
      retry({ ErrorEquals: ['States.Http.StatusCode.429'] }),
    ],
    [retry({}), 'ASL_MISSING_FIELD /Retry/0'],
    [retry({ ErrorEquals: [] }), 'ASL_EMPTY /Retry/0/ErrorEquals'],
    [retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }), 'ASL_ERROR_EQUALS /Retry/0/ErrorEquals'],
    [retry({ ErrorEquals: ['States.ALL', 'E'] }), 'ASL_ERROR_EQUALS /Retry/0/ErrorEquals'],
    [retry({ ErrorEquals: ['States.Timeuot'] }), 'ASL_ERROR_NAME /Retry/0/ErrorEquals/0'],
    [retry({ ErrorEquals: ['E'], BackoffRate: 0.5 }), 'ASL_OUT_OF_RANGE /Retry/0/BackoffRate'],
    [retry({ ErrorEquals: ['E'], JitterStrategy: 'SOME' }), 'ASL_UNKNOWN_VALUE /Retry/0/JitterStrategy'],
    [task({ Catch: [{ ErrorEquals: ['E'] }] }), 'ASL_MISSING_FIELD /Catch/0'],
    [pass({ Retry: [] }), 'ASL_UNKNOWN_FIELD /Retry'],
  ],
  [
    'choices',
    [choice(rule({ StringMatches: 'a*' }), { Not: { Variable: '$.x', IsNull: true }, Next: 'End' })],
    [choice(), 'ASL_EMPTY /Choices'],
    [choice({ Variable: '$.x', IsNull: true }), 'ASL_MISSING_FIELD /Choices/0'],
    [choice(rule({})), 'ASL_CHOICE_RULE /Choices/0'],
    [choice(rule({ IsNull: true, IsString: true })), 'ASL_CHOICE_RULE /Choices/0'],
    [choice({ IsNull: true, Next: 'End' }), 'ASL_CHOICE_RULE /Choices/0'],
    [choice(rule({ And: [{ Variable: '$.y', IsNull: true }] })), 'ASL_CHOICE_RULE /Choices/0'],
    [choice({ And: [], Next: 'End' }), 'ASL_EMPTY /Choices/0/And'],
    [
      choice({ Not: { Variable: '$.x', IsNull: true, Next: 'End' }, Next: 'End' }),
      'ASL_UNKNOWN_FIELD /Choices/0/Not/Next',
    ],
    [choice(rule({ NumericEquals: '1' })), 'ASL_WRONG_TYPE /Choices/0/NumericEquals'],
    [choice(rule({ TimestampEquals: 'today' })), 'ASL_TIMESTAMP /Choices/0/TimestampEquals'],
    [choice(rule({ StringEqualsPath: 'a' })), 'ASL_REFERENCE_PATH /Choices/0/StringEqualsPath'],
    [choice(rule({ StringEqualsPath: '$.a.length()' })), 'ASL_REFERENCE_PATH /Choices/0/StringEqualsPath'],
    [
      choice(rule({ StringEqualsPath: '$.a[(@.length-1)]' })),
      'ASL_REFERENCE_PATH /Choices/0/StringEqualsPath',
    ],
    [choice(rule({ StringEqualsPath: "$['a','b']" })), 'ASL_REFERENCE_PATH /Choices/0/StringEqualsPath'],
    [choice(rule({ StringEqual: 'a' })), 'ASL_CHOICE_RULE /Choices/0'],
  ],
  [
    'maps',
    [
      far({ Label: 'a-b', ItemBatcher: { MaxItemsPerBatch: 2 } }),
      read({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'] }),
    ],
    [{ Type: 'Map', End: true }, 'ASL_MISSING_FIELD '],
    [map({ Iterator: { ...INNER } }), 'ASL_EXCLUSIVE_FIELDS /Iterator'],
    [map({ Label: 'a' }), 'ASL_DISTRIBUTED_ONLY /Label'],
    [far({ Label: 'a b' }), 'ASL_LABEL /Label'],
    [far({ Label: 'a'.repeat(41) }), 'ASL_LABEL /Label'],
    [far({ ItemBatcher: {} }), 'ASL_MISSING_FIELD /ItemBatcher'],
    [far({ ResultWriter: {} }), 'ASL_MISSING_FIELD /ResultWriter'],
    [far({ ResultWriter: { WriterConfig: {} } }), 'ASL_MISSING_FIELD /ResultWriter/WriterConfig'],
    [far({ ItemReader: { Resource: QUEUE } }), 'ASL_RESOURCE /ItemReader/Resource'],
    [read({ InputType: 'XML' }), 'ASL_UNKNOWN_VALUE /ItemReader/ReaderConfig/InputType'],
    [read({ InputType: 'CSV' }), 'ASL_MISSING_FIELD /ItemReader/ReaderConfig'],
    [
      read({ MaxItems: 1, MaxItemsPath: '$.n' }),
      'ASL_EXCLUSIVE_FIELDS /ItemReader/ReaderConfig/MaxItemsPath',
    ],
    [
      map({ ItemProcessor: { ...INNER, ProcessorConfig: { Mode: 'DISTRIBUTED' } } }),
      'ASL_MISSING_FIELD /ItemProcessor/ProcessorConfig',
    ],
    [
      map({ ItemProcessor: { ...INNER, QueryLanguage: 'JSONata' } }),
      'ASL_UNKNOWN_FIELD /ItemProcessor/QueryLanguage',
    ],
  ],
])('%s', (_name, good, ...bad) => {
  it.each(good.map((state) => ({ state })))('accepts $state', ({ state }) => {
    expect(short(check(machineOf(state)))).toEqual([]);
  });
  it.each(bad.map(([state, expected]) => ({ state, expected })))(
    '$expected: $state',
    ({ state, expected }) => {
      expect(short(check(machineOf(state)))).toContain(expected);
    },
  );
});

describe('the graph of a machine', () => {
  const states = (States: State, more: State = {}) => ({ StartAt: 'S', States, ...more });
  const branch = (name: string, fields: State = { End: true }) => ({
    StartAt: name,
    States: { [name]: { Type: 'Pass', ...fields } },
  });

  it.each<[string, unknown, string[]]>([
    [
      'a misspelt start',
      { StartAt: 'T', States: { S: pass() } },
      ['ASL_MISSING_STATE /StartAt', 'ASL_UNREACHABLE_STATE '],
    ],
    ['no states', states({}), ['ASL_EMPTY /States', 'ASL_MISSING_STATE /StartAt']],
    [
      'a misspelt Next',
      states({ S: { Type: 'Pass', Next: 'Enb' }, End: pass() }),
      ['ASL_MISSING_STATE /Next', 'ASL_UNREACHABLE_STATE /States/End'],
    ],
    [
      'a ring beside the path',
      states({ S: pass(), A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
      ['ASL_UNREACHABLE_STATE /States/A', 'ASL_UNREACHABLE_STATE /States/B'],
    ],
    [
      'a circle without an end',
      states({ S: { Type: 'Pass', Next: 'S' } }),
      ['ASL_NO_TERMINAL_STATE /States'],
    ],
    [
      'neither Next nor End',
      states({ S: { Type: 'Pass' }, E: pass() }),
      ['ASL_MISSING_FIELD ', 'ASL_UNREACHABLE_STATE /States/E'],
    ],
    ['Next and End', states({ S: pass({ Next: 'E' }), E: pass() }), ['ASL_EXCLUSIVE_FIELDS /End']],
    [
      'the same name in two branches',
      states({ S: parallel(branch('A'), branch('A')) }),
      ['ASL_DUPLICATE_STATE /Branches/1/States/A'],
    ],
    [
      'a way out of a branch',
      states({ S: { ...parallel(branch('A', { Next: 'E' })), End: undefined, Next: 'E' }, E: pass() }),
      ['ASL_STATE_OUT_OF_REACH /Branches/0/States/A/Next', 'ASL_NO_TERMINAL_STATE /Branches/0/States'],
    ],
    [
      'a long name',
      { StartAt: 'a'.repeat(81), States: { ['a'.repeat(81)]: pass() } },
      [`ASL_STATE_NAME /States/${'a'.repeat(81)}`],
    ],
    [
      'JSONPath in a JSONata machine',
      states({ S: pass({ QueryLanguage: 'JSONPath' }) }, { QueryLanguage: 'JSONata' }),
      ['ASL_QUERY_LANGUAGE /QueryLanguage'],
    ],
    ['a field of a later language', states({ S: pass() }, { Statess: {} }), ['ASL_UNKNOWN_FIELD /Statess']],
    [
      'a variable of an outer scope',
      states({ S: { ...parallel(branch('A', { End: true, Assign: { v: 1 } })), Assign: { v: 2 } } }),
      ['ASL_VARIABLE_SHADOWED /Branches/0/States/A/Assign/v'],
    ],
    [
      'a variable behind a distributed Map',
      states({
        S: far({
          Assign: { v: 1 },
          ItemProcessor: { ...DISTRIBUTED, States: { Inner: pass({ InputPath: '$v' }) } },
        }),
      }),
      ['ASL_VARIABLE_UNASSIGNED /ItemProcessor/States/Inner/InputPath'],
    ],
    [
      'two equal labels',
      states({
        S: far({ Label: 'l', End: undefined, Next: 'T' }),
        T: far({ Label: 'l', ItemProcessor: { ...DISTRIBUTED, StartAt: 'I', States: { I: pass() } } }),
      }),
      ['ASL_LABEL /States/T/Label'],
    ],
  ])('%s', (_name, machine, expected) => {
    expect(short(check(JSON.parse(JSON.stringify(machine))))).toEqual(expected);
  });

  it('suggests the name that was meant', () => {
    expect(check(states({ S: { Type: 'Pass', Next: 'Finsh' }, Finish: pass() }))[0]).toMatchObject({
      suggestion: 'Finish',
    });
    expect(check(states({ S: pass({ Paramters: {} }) }))[0]).toMatchObject({ suggestion: 'Parameters' });
    expect(check(states({ S: pass({ Parameters: { a: '$.b' } }) }))[0]).toMatchObject({ suggestion: 'a.$' });
  });

  it('of an Express machine waits for nobody', () => {
    const express = (state: State) => short(check(machineOf(state), 'EXPRESS'));
    expect(express(task())).toEqual([]);
    expect(express(task({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }))).toEqual([
      'ASL_EXPRESS /Resource',
    ]);
    expect(express(task({ Resource: QUEUE, Parameters: { 't.$': '$$.Task.Token' } }))).toEqual([
      'ASL_EXPRESS /Resource',
    ]);
    expect(express(far())).toEqual(['ASL_EXPRESS /ItemProcessor/ProcessorConfig/Mode']);
  });

  it('lets the items of a distributed Map be Express', () => {
    const waiting = { Inner: task({ Resource: 'arn:aws:states:eu-west-1:1:activity:a' }) };
    const processor = (ExecutionType: string) => ({
      ...INNER,
      States: waiting,
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
    });
    expect(short(check(machineOf(map({ ItemProcessor: processor('STANDARD') }))))).toEqual([]);
    expect(short(check(machineOf(map({ ItemProcessor: processor('EXPRESS') }))))).toEqual([
      'ASL_EXPRESS /ItemProcessor/States/Inner/Resource',
    ]);
  });
});

describe('what is no machine at all', () => {
  it.each([null, undefined, 1, 'x', true, []])('%s', (value) => {
    expect(short(check(value))).toEqual(['ASL_NOT_AN_OBJECT ']);
  });

  it('ten thousand levels', () => {
    let deep: unknown = {};
    for (let level = 0; level < 10_000; level++) deep = { a: deep };
    expect(short(check(machineOf(pass({ Result: deep }))))).toEqual(['ASL_TOO_DEEP ']);
  });

  it('more than a megabyte', () => {
    expect(short(check(machineOf(pass({ Result: 'x'.repeat(1_048_577) }))))).toEqual(['ASL_TOO_LARGE ']);
  });

  it('more data in a state than may be passed on', () => {
    expect(short(check(machineOf(pass({ Result: 'x'.repeat(262_144) }))))).toEqual(['ASL_PAYLOAD /Result']);
    expect(short(check(machineOf(pass({ Result: 'x'.repeat(262_142) }))))).toEqual([]);
  });

  it('more JSONata than the parser gets through at once', () => {
    const Output = Array.from({ length: 11 }, (_, i) => `{% ${i} %}`);
    const limits = { ...LIMITS, jsonataExpressions: 10 };
    expect(short(validateStateMachine(machineOf(jsonata({ Output })), { limits }))).toEqual([
      'ASL_JSONATA /Output/10',
    ]);
  });

  it('garbage everywhere gives a hundred errors at most, and no exception', () => {
    const States = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`s${i}`, i % 2 ? null : { Type: i }]),
    );
    expect(check({ StartAt: 's0', States }).filter(({ severity }) => severity === 'error')).toHaveLength(100);
  });
});
