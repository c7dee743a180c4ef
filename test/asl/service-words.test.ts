/** What the service answers to definitions beyond the corpus, as its users have reported it. */
import { describe, expect, it } from 'vitest';
import {
  serviceDiagnostics,
  serviceStateDiagnostics,
  validateStateMachine,
} from '../../src/compilers/asl/validation/index.ts';
import { LIMITS } from '../../src/model/limits.ts';

type States = Readonly<Record<string, unknown>>;

const limits = LIMITS;
const machine = (States: States, StartAt = 'A') => ({ StartAt, States });
const to = (Next: string) => ({ Type: 'Pass', Next });
const end = { Type: 'Pass', End: true };
const output = (Output: unknown) =>
  machine({ A: { Type: 'Pass', QueryLanguage: 'JSONata', Output, End: true } });
const refusal = (definition: unknown) => serviceDiagnostics(JSON.stringify(definition), { limits }).message;

describe('a graph with faults is refused in the words of the service', () => {
  it.each<[string, unknown, string]>([
    [
      'a loop without an end, which lies nowhere',
      machine({ A: to('B'), B: to('A') }),
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
    [
      'that loop and a state nothing leads to',
      machine({ A: to('B'), B: to('A'), C: to('A') }),
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
    [
      'that loop and an end nothing leads to',
      machine({ A: to('B'), B: to('A'), C: end }),
      'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
    ],
    [
      'a way to nowhere, and no end',
      machine({ A: to('NOPE') }),
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null",
    ],
    [
      'a start that is none',
      machine({ A: to('B'), B: { Type: 'Succeed' } }, 'Not sure'),
      `MISSING_TRANSITION_TARGET: Missing 'Next' target: Not sure at /StartAt, MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A`,
    ],
  ])('%s', (_, definition, words) => {
    expect(refusal(definition)).toBe(`Invalid State Machine Definition: '${words}'`);
  });

  it('says of a text that holds nothing where that is', () => {
    expect(serviceDiagnostics('', { limits }).message).toBe(
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'",
    );
  });
});

describe('a ring that nothing enters', () => {
  const ring = machine({ A: end, B: to('C'), C: to('B') });

  it('is let through as on the service: a transition leads to each of its states', () => {
    expect(serviceDiagnostics(JSON.stringify(ring), { limits })).toMatchObject({
      result: 'OK',
      diagnostics: [],
    });
  });

  it('is a warning for people', () => {
    expect(
      validateStateMachine(ring, { limits }).map(({ code, severity, pointer }) => [code, severity, pointer]),
    ).toEqual([
      ['ASL_UNREACHABLE_STATE', 'warning', '/States/B'],
      ['ASL_UNREACHABLE_STATE', 'warning', '/States/C'],
    ]);
  });
});

describe('JSONata that is refused when a machine is created', () => {
  it.each([
    ['a[1,2)', 'Expected "]", got ","'],
    ['"unterminated', 'String literal must be terminated by a matching quote'],
    ['1 +', 'Unexpected end of expression'],
    ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
    ['$match("a", /abc', 'No terminating / in regular expression'],
  ])('%s cannot be read', (expression, words) => {
    expect(refusal(output(`{% ${expression} %}`))).toBe(
      `Invalid State Machine Definition: 'INVALID_JSONATA_EXPRESSION: ${words} at /States/A/Output'`,
    );
  });

  it.each([
    ['phone', 'phone'],
    ['phone.number[0]', 'phone'],
    ['$sum(prices)', 'prices'],
    ['{"to": [-a]}', 'a'],
    ['$states.input.x ? `a b` : 1', 'a b'],
    ['($x := a; $x)', 'a'],
    ['a ~> $string', 'a'],
    ['(a)[0]', 'a'],
    ['items^(price)', 'items'],
  ])('%s reads from nothing', (expression, name) => {
    expect(refusal(output({ v: `{% ${expression} %}` }))).toBe(
      `Invalid State Machine Definition: 'UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported. at /States/A/Output/v'`,
    );
  });

  it.each([
    '$states.input.(a + b)',
    '$states.input.items[price > 1]^(price){kind: $sum(price)}',
    '$states.input ~> |items|{"price": price * 2}, ["old"]|',
    '$map($states.input.items, function($v, $i) { $v.price * $i })',
    '{"a": 1}.a',
    '($f := function($n) { $n < 1 ? 1 : $f($n - 1) }; $f(3))',
    '$filter([1, true, null], function($v) { $v in [1] and true or false })',
  ])('%s is fine', (expression) => {
    expect(refusal(output(`{% ${expression} %}`))).toBeUndefined();
  });

  it.each(['result', 'errorOutput'])('$states.%s is not there in a Pass state', (part) => {
    expect(refusal(output(`{% $states.${part} %}`))).toBe(
      `Invalid State Machine Definition: 'UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.${part}' does not exist. at /States/A/Output'`,
    );
  });
});

describe('a value of another type', () => {
  const task = 'arn:aws:lambda:us-east-1:111111111111:function:f';

  it.each<[string, string, string, States]>([
    ['Integer', 'Seconds', 'Wait', { Seconds: '$.seconds' }],
    ['String', 'Comment', 'Pass', { Comment: 1 }],
    ['String', 'Resource', 'Task', { Resource: { 'Fn::GetAtt': ['F', 'Arn'] } }],
    ['String', 'ResultPath', 'Pass', { ResultPath: 1 }],
    ['Object', 'ResultSelector', 'Task', { Resource: task, ResultSelector: [] }],
    ['Array', 'Retry', 'Task', { Resource: task, Retry: {} }],
    ['Array', 'Branches', 'Parallel', { Branches: {} }],
  ])('is refused for a field that takes %s: %s', (type, field, Type, fields) => {
    expect(refusal(machine({ A: { Type, End: true, ...fields } }))).toBe(
      `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Expected value of type ${type} at /States/A/${field}'`,
    );
  });
});

describe('one state for a test', () => {
  const inner = (state: States) => ({ StartAt: 'A', States: { A: state } });
  const parallel = (branch: unknown, more: States) => ({ Type: 'Parallel', Branches: [branch], ...more });
  const refused = (state: unknown) => serviceStateDiagnostics(JSON.stringify(state), { limits }).message;

  it.each([{ End: true }, { Next: 'Elsewhere' }])('may not hold a branch that never ends: %o', (more) => {
    expect(refused(parallel(inner(to('A')), more))).toBe(
      "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'",
    );
  });

  it.each([
    parallel(inner(end), { Next: 'Elsewhere' }),
    to('Elsewhere'),
    { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'X' }], Default: 'Y' },
  ])('may go on to states that are not there: %o', (state) => {
    expect(refused(state)).toBeUndefined();
  });
});

it.each(['StateName', 'StateName_'])('a tested state may hold one that is called %s', (name) => {
  const branch = { StartAt: name, States: { [name]: end, StateName__: { Type: 'Pass' } } };
  const state = { Type: 'Parallel', Branches: [branch], End: true };
  expect(serviceStateDiagnostics(JSON.stringify(state), { limits }).message).toBe(
    'Invalid State Machine Definition: \'SCHEMA_VALIDATION_FAILED: These fields are required: [Next] at /States/StateName/Branches[0]/States/StateName__, MISSING_TRANSITION_TARGET: State "StateName__" is not reachable. at /States/StateName/Branches[0]/States/StateName__\'',
  );
});

describe('a text that looks like a path where none is read', () => {
  const warnings = (definition: unknown) =>
    serviceDiagnostics(JSON.stringify(definition), { limits }).diagnostics;
  const noPath = (location: string) => ({
    severity: 'WARNING',
    code: 'NO_PATH',
    message: "Field value looks like a path, but field name does not end with 'Path'.",
    location,
  });

  it('gets a warning', () => {
    expect(warnings(machine({ A: { Type: 'Fail', Error: '$.error', Cause: '$$.State.Name' } }))).toEqual([
      noPath('/States/A/Error'),
      noPath('/States/A/Cause'),
    ]);
    const rule = { Variable: '$.a', StringEquals: '$.b', Next: 'B' };
    const choice = { Type: 'Choice', Choices: [rule], Default: 'B' };
    expect(warnings(machine({ A: choice, B: end }))).toEqual([noPath('/States/A/Choices[0]/StringEquals')]);
  });

  it('is nothing special in other texts', () => {
    expect(warnings(machine({ A: { Type: 'Fail', Error: 'Price$', Cause: '$5 short' } }))).toEqual([]);
    const jsonata = { Type: 'Fail', QueryLanguage: 'JSONata', Cause: '$.x' };
    expect(warnings(machine({ A: jsonata }))).toEqual([]);
  });
});

describe('States.ALL beside others', () => {
  const all = { ErrorEquals: ['States.ALL'] };
  const mine = { ErrorEquals: ['Mine'] };
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f',
    End: true,
  };

  it.each<[string, unknown[]]>([
    ['Retry[0]/ErrorEquals[0]', [all, mine]],
    ['Retry[1]/ErrorEquals[1]', [mine, { ErrorEquals: ['Other', 'States.ALL'] }]],
    ['Retry[0]/ErrorEquals[1]', [{ ErrorEquals: ['Other', 'States.ALL'] }, mine]],
  ])('is refused at %s', (place, Retry) => {
    expect(refusal(machine({ A: { ...task, Retry } }))).toBe(
      `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: States.ALL must appear alone and at end of list at /States/A/${place}'`,
    );
  });

  it('is fine at the end', () => {
    expect(refusal(machine({ A: { ...task, Retry: [mine, all] } }))).toBeUndefined();
  });
});

it('a name that is too long is quoted', () => {
  const name = 'long '.repeat(17).trim();
  expect(refusal(machine({ [name]: end }, name))).toBe(
    `Invalid State Machine Definition: 'INVALID_STATE_NAME: Invalid State name: State '${name}' exceeds the 80-character limit allowed by the service at /States/${name}'`,
  );
});
