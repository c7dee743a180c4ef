/** Times, names and sizes of single states, beyond the record. */
import { describe, expect, it } from 'vitest';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import { validateStateMachine } from '../../src/compilers/asl/validation/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import type { World } from './interpreter/index.ts';
import { jsonata, machineOf } from './machine-shapes.ts';
import { runInEngine } from './run-in-engine.ts';

const NO_TASKS: World = {
  call: () => {
    throw new Error('nothing is called here');
  },
  startedAt: 0,
  resultBytes: LIMITS.payloadBytes,
};
const run = (machine: object, input: unknown = {}) =>
  runInEngine(machine as StateMachine, input, NO_TASKS) as unknown as Record<string, unknown>;
const codesOf = (machine: object) =>
  validateStateMachine(machine, { limits: LIMITS }).map(({ code, pointer }) => `${code} ${pointer}`);

describe('a Wait state', () => {
  it.each(['2016-12-31T23:59:60Z', '2016-12-31T23:59:60.5+01:00'])('has no leap second: %s', (Timestamp) => {
    expect(codesOf(machineOf({ Type: 'Wait', Timestamp }))).toEqual(['ASL_TIMESTAMP /States/S/Timestamp']);
    const read = machineOf({ Type: 'Wait', TimestampPath: '$.at' });
    expect(run(read, { at: Timestamp })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it.each([
    [null, 'null'],
    [5, 'number'],
    [['2016-03-14T01:59:00Z'], 'array'],
  ])('until %j names the type that it got', (at, type) => {
    const Timestamp = '{% $states.input.at %}';
    expect(run(jsonata({ Type: 'Wait', Timestamp }), { at })).toEqual({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #2). " +
        "The JSONata expression '$states.input.at' specified for the field 'Timestamp' returned an unexpected result type. " +
        `Expected 'string', but was '${type}' for value: ${JSON.stringify(at)}`,
    });
  });
});

describe('seconds that an expression gives', () => {
  it.each([
    [-1, 'a non-negative integer'],
    [0.5, 'a non-negative integer'],
    [100_000_000, 'a non-negative integer up to 99999999'],
    [1e300, 'a non-negative integer up to 99999999'],
  ])('are bounded like those that are written: %d', (s, what) => {
    const machine = jsonata({ Type: 'Wait', Seconds: '{% $states.input.s %}' });
    expect(run(machine, { s })).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(`The Seconds field must be ${what}, but was: ${s}`),
    });
    expect(run(machine, { s: 99_999_999 }).status).toBe('SUCCEEDED');
  });
});

describe('variables', () => {
  it.each(['नाम', 'x·y', 'é', '变量', 'a1_'])('named %s are read in both languages', (name) => {
    const read = (fields: object) => ({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { [name]: 1 }, Next: 'B' },
        B: { Type: 'Pass', End: true, ...fields },
      },
    });
    expect(run(read({ Parameters: { 'v.$': `$${name}` } })).output).toEqual({ v: 1 });
    expect(run(read({ QueryLanguage: 'JSONata', Output: `{% $${name} %}` })).output).toBe(1);
  });

  const half = 'x'.repeat(LIMITS.payloadBytes / 2);
  it.each([
    ['Pass', machineOf({ Type: 'Pass', Assign: { 'a.$': '$.half', 'b.$': '$.half' } })],
    [
      'Wait',
      jsonata({
        Type: 'Wait',
        Seconds: 0,
        Assign: { a: '{% $states.input.half & "xxxx" & $states.input.half %}' },
      }),
    ],
    [
      'Choice',
      {
        StartAt: 'S',
        States: {
          S: {
            Type: 'Choice',
            Choices: [
              {
                Variable: '$.half',
                IsPresent: true,
                Assign: { v: [{ 'a.$': '$' }, { 'b.$': '$' }] },
                Next: 'E',
              },
            ],
          },
          E: { Type: 'Succeed' },
        },
      },
    ],
  ])('that one %s state assigns are as small together as what it gives on', (_, machine) => {
    expect(run(machine, { half })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining("The state/task 'S' returned a result with a size exceeding"),
    });
    expect(run(machine, { half: 'x' }).status).toBe('SUCCEEDED');
  });
});

describe('what a state gives on', () => {
  const around = JSON.stringify({ a: '' }).length;
  const machine = machineOf({ Type: 'Pass', Parameters: { 'a.$': '$.text' } });
  const small = JSON.stringify({ k: [true, null, {}] });

  it.each([
    ['letters', 'x'.repeat(LIMITS.payloadBytes - around)],
    ['quotes', '"'.repeat((LIMITS.payloadBytes - around) / 2)],
    ['letters of three bytes', `${'界'.repeat((LIMITS.payloadBytes - around - 2) / 3)}xx`],
  ])('may be as large as the limit to the byte: %s', (_, text) => {
    expect(Buffer.byteLength(JSON.stringify({ a: text }))).toBe(LIMITS.payloadBytes);
    expect(run(machine, { text }).status).toBe('SUCCEEDED');
    expect(run(machine, { text: `${text}x` })).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  it('is counted as its JSON, of however many values that is', () => {
    const count = Math.floor((LIMITS.payloadBytes - around) / (small.length + 1));
    const text = Array.from({ length: count }, () => JSON.parse(small));
    expect(run(machine, { text }).status).toBe('SUCCEEDED');
    expect(run(machine, { text: [...text, ...text.slice(0, 2)] })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });
});
