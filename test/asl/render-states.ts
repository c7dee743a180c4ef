import type { ChoiceRule, JsonPathChoiceTest } from '../../src/compilers/asl/model.ts';
import type { Assigning, BlockDraft, Handlers, RuleDraft, TaskDraft, TestDraft } from './arbitraries.ts';
import type { Place } from './render-machine.ts';

/** The function that every task calls. */
export const WORKER = 'arn:aws:lambda:us-east-1:111111111111:function:worker';

type Draft<Kind extends BlockDraft['kind']> = Extract<BlockDraft, { kind: Kind }>;

/** The variables of the states of one machine, branch or item, and those around it (or its own). */
export interface Scope {
  /** an integer */
  readonly v: string;
  /** a text */
  readonly w: string;
  /** anything; never read */
  readonly seen: string;
  readonly outerV: string;
  readonly outerW: string;
}

/** `Assign` of the scope's variables; only from what is there whatever `$` is. */
export function assignOf(
  assign: Assigning,
  jsonata: boolean,
  { v, w, seen, outerV, outerW }: Scope,
): { Assign?: Record<string, unknown> } {
  switch (assign) {
    case 'nothing':
      return {};
    case 'constants':
      return { Assign: { [v]: 2, [w]: 'constant' } };
    case 'from-input':
      return {
        Assign: jsonata
          ? { [v]: '{% $states.input.n %}', [w]: '{% $states.input.text %}' }
          : { [`${seen}.$`]: '$', [v]: 3 },
      };
    case 'from-variables':
      return {
        Assign: jsonata
          ? { [v]: `{% $${v} + $${outerV} %}`, [w]: `{% $${outerW} & "." %}` }
          : {
              [`${v}.$`]: `States.MathAdd($${v}, $${outerV})`,
              [`${w}.$`]: `States.Format('{}.', $${outerW})`,
            },
      };
    case 'context':
      return {
        Assign: jsonata ? { [w]: '{% $states.context.State.Name %}' } : { [`${w}.$`]: '$$.State.Name' },
      };
  }
}

/** Keeps `n`, `text` and `list`. */
export function passOf({ how, number, assign, jsonata }: Draft<'pass'>, scope: Scope): object {
  const assigning = assignOf(assign, jsonata, scope);
  if (jsonata) return { ...assigning, ...JSONATA_PASSES[how % JSONATA_PASSES.length]!(number, scope) };
  return { ...assigning, ...JSONPATH_PASSES[how % JSONPATH_PASSES.length]!(number, scope) };
}

const JSONPATH_PASSES: readonly ((number: number, scope: Scope) => object)[] = [
  () => ({}),
  (number) => ({ Result: { number, deep: [number] }, ResultPath: '$.r' }),
  (number) => ({ Result: [number], ResultPath: '$.list' }),
  () => ({ InputPath: '$.list', ResultPath: '$.copy' }),
  (number, { v, w }) => ({
    Parameters: {
      'n.$': `States.MathAdd($.n, ${number})`,
      'text.$': `States.Format('{}-{}', $.text, $${v})`,
      'list.$': 'States.ArrayRange(0, $.n, 1)',
      kept: { 'all.$': '$', 'variable.$': `$${w}` },
    },
  }),
  () => ({ Parameters: { 'size.$': 'States.ArrayLength($.list)' }, ResultPath: '$.made.here' }),
  () => ({ Result: 'gone', ResultPath: null }),
  (number) => (number === 4 ? { InputPath: '$.nowhere' } : { OutputPath: '$' }),
  () => ({ InputPath: null, ResultPath: '$.empty' }),
  (number) => ({
    Result: { n: number, text: 'made', list: [number, number] },
    ResultPath: '$.m',
    OutputPath: '$.m',
  }),
  () => ({ InputPath: '$$.State.Name', ResultPath: '$.r.name' }),
];

const JSONATA_PASSES: readonly ((number: number, scope: Scope) => object)[] = [
  () => ({}),
  (number) => ({ Output: `{% $merge([$states.input, {'n': $states.input.n + ${number}}]) %}` }),
  (_, { v }) => ({
    Output: `{% $merge([$states.input, {'text': $states.input.text & '!', 'seen': $${v}}]) %}`,
  }),
  (number, { w }) => ({
    Output: {
      n: number,
      text: `{% $${w} %}`,
      list: '{% [0..$states.input.n] %}',
      kept: '{% $states.input %}',
    },
  }),
  () => ({ Output: "{% $merge([$states.input, {'list': $append($states.input.list, 1)}]) %}" }),
  (number) => (number === 4 ? { Output: '{% $states.input.nowhere %}' } : {}),
];

export function waitOf({ how, seconds, jsonata }: Draft<'wait'>): object {
  switch (how % 3) {
    case 0:
      return { Seconds: seconds };
    case 1:
      return jsonata ? { Seconds: '{% $states.input.n %}' } : { SecondsPath: '$.n' };
    default:
      return { Timestamp: '2001-01-01T00:00:00Z' };
  }
}

export function ruleOf(
  { test, assign }: RuleDraft,
  jsonata: boolean,
  next: string,
  scope: Scope,
): ChoiceRule {
  const assigning = assignOf(assign, jsonata, scope);
  if (jsonata) return { Condition: `{% ${conditionOf(test, scope)} %}`, Next: next, ...assigning };
  return { ...comparisonOf(test, scope), Next: next, ...assigning } as ChoiceRule;
}

function comparisonOf(test: TestDraft, scope: Scope): JsonPathChoiceTest {
  switch (test.kind) {
    case 'less':
      return { Variable: '$.n', NumericLessThan: test.number };
    case 'equals':
      return { Variable: '$.n', NumericEquals: test.number };
    case 'variable':
      return { Variable: `$${scope.v}`, NumericGreaterThanEquals: test.number };
    case 'text':
      return { Variable: '$.text', StringEquals: test.text };
    case 'present':
      return { Variable: '$.r.value', IsPresent: true };
    case 'and':
      return { And: test.tests.map((each) => comparisonOf(each, scope)) };
    case 'or':
      return { Or: test.tests.map((each) => comparisonOf(each, scope)) };
    case 'not':
      return { Not: comparisonOf(test.tests[0]!, scope) };
  }
}

function conditionOf(test: TestDraft, scope: Scope): string {
  switch (test.kind) {
    case 'less':
      return `$states.input.n < ${test.number}`;
    case 'equals':
      return `$states.input.n = ${test.number}`;
    case 'variable':
      return `$${scope.v} >= ${test.number}`;
    case 'text':
      return `$states.input.text = ${JSON.stringify(test.text)}`;
    case 'present':
      return '$exists($states.input.r.value)';
    case 'not':
      return `$not(${conditionOf(test.tests[0]!, scope)})`;
    default:
      return test.tests.map((each) => `(${conditionOf(each, scope)})`).join(` ${test.kind} `);
  }
}

/** A call of the worker, told by its argument what to do; `slow` steps outlast the timeout. */
export function taskOf({ script, service, how, assign }: TaskDraft, jsonata: boolean, scope: Scope) {
  const payload = jsonata
    ? { script, retry: '{% $states.context.State.RetryCount %}', value: '{% $states.input.n %}' }
    : { script, 'retry.$': '$$.State.RetryCount', 'value.$': '$.n' };
  const argument = service ? { FunctionName: WORKER, Payload: payload } : payload;
  const answer = service ? '.Payload' : '';
  const called = {
    Resource: service ? 'arn:aws:states:::lambda:invoke' : WORKER,
    ...(script.includes('slow') && { TimeoutSeconds: 5 }),
    ...assignOf(assign, jsonata, scope),
  };
  if (jsonata) {
    const kept = `$merge([$states.input, {'r': $states.result${answer}}])`;
    return { ...called, Arguments: argument, Output: `{% ${how % 3 === 0 ? '$states.input' : kept} %}` };
  }
  const selector = service
    ? { 'value.$': '$.Payload.value', 'tries.$': '$.Payload.tries' }
    : { 'value.$': '$.value', 'all.$': '$' };
  return {
    ...called,
    Parameters: argument,
    ...((service || how % 2 === 0) && { ResultSelector: selector }),
    ResultPath: how % 3 === 0 ? null : '$.r',
  };
}

export function handlersOf(
  { retry, handle, jsonata }: Handlers & { jsonata: boolean },
  place: Place,
): object {
  return {
    ...(retry.length > 0 && {
      Retry: retry.map(({ errors, attempts, seconds, backoff }) => ({
        ErrorEquals: errors,
        MaxAttempts: attempts,
        IntervalSeconds: seconds,
        BackoffRate: backoff,
      })),
    }),
    ...(handle.length > 0 && {
      Catch: handle.map(({ errors, to, how, assign }) => ({
        ErrorEquals: errors,
        Next: place.ahead(to),
        ...assignOf(assign, jsonata, place.scope),
        ...(jsonata
          ? { Output: `{% $merge([$states.input, {'error': $states.errorOutput}]) %}` }
          : { ResultPath: how % 3 === 0 ? null : '$.error' }),
      })),
    }),
  };
}
