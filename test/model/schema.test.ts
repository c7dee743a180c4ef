import { readdirSync, readFileSync } from 'node:fs';
import * as ajvModule from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvent } from '../../src/model/cloud-event-codec.ts';
import { TRIGGER_RULES, type TriggerDefinition, type TriggersDefinition } from '../../src/model/documents.ts';
import { nearest } from '../../src/model/nearest.ts';
import { NAME_PATTERN, RUN_ID_PATTERN } from '../../src/model/run.ts';
import { compileSchema, validate } from '../../src/model/schema.ts';
import { anyEvent } from './any-event.ts';

const trigger: TriggerDefinition = {
  id: 'all-parts',
  activationEvents: [{ subject: 'part.*', type: 'com.example.part.done' }],
  condition: { type: 'counter', threshold: 10 },
  actions: [
    { type: 'http', url: 'http://127.0.0.1:9000/merge', method: 'POST', body: { done: '${context.count}' } },
  ],
  transient: false,
};
const with_ = (changes: object) => ({ ...trigger, ...changes });
const TRIGGERS = 'workflow#/$defs/TriggersDefinition';

describe('valid documents', () => {
  it('have no diagnostics', () => {
    const definition: TriggersDefinition = { run: 'standing', triggers: [trigger] };
    expect(validate('trigger', trigger)).toEqual([]);
    expect(validate(TRIGGERS, definition)).toEqual([]);
    expect(validate('workflow', { format: 'triggers', definition })).toEqual([]);
    expect(validate('https://tidegate.dev/schemas/trigger.json', trigger)).toEqual([]);
    expect(validate(TRIGGERS, { run: { correlate: 'event.subject' }, triggers: [] })).toEqual([]);
  });

  it('may use every condition and every action', () => {
    const pattern = { type: 'x' };
    const conditions = [
      { type: 'always' },
      { type: 'counter', threshold: '${ "3" }', every: true, reset: 'on-fire', withinMs: 5 },
      { type: 'join', expected: ['a', 'b'], by: 'index', collect: true },
      { type: 'join', expectedFrom: { type: 'plan', value: 'event.data.n' } },
      { type: 'any', count: 2, of: ['a', 'b', 'c'] },
      ...TRIGGER_RULES.map((rule) => ({
        type: 'rule',
        rule,
        needs: [{ subject: 'a', fork: 'f', setup: true }],
      })),
      { type: 'sequence', of: [pattern, pattern], strict: true },
      { type: 'window', threshold: 3, withinMs: 1000 },
      { type: 'absence', of: pattern, unless: pattern, withinMs: 10 },
      { type: 'debounce', quietMs: 10, maxWaitMs: 100 },
      { type: 'expression', expression: 'true', update: { n: '1' } },
    ];
    for (const condition of conditions) expect(validate('trigger', with_({ condition }))).toEqual([]);
    const actions = [
      {
        type: 'http',
        url: '${event.data.url}',
        retry: { maxAttempts: 3, jitter: 'full' },
        timeoutMs: 10,
        assign: 'r',
      },
      {
        type: 'function',
        name: 'f',
        input: 1,
        heartbeatMs: 5,
        concurrency: 2,
        ratePerSecond: 0.5,
        subject: 's',
      },
      { type: 'publish', url: 'https://x', mode: 'binary', event: { type: 't', data: {} } },
      { type: 'start-run', workflow: 'w', labels: { a: 'b' }, await: false },
      {
        type: 'task',
        resource: 'arn:aws:states:::lambda:invoke',
        pattern: 'token',
        arguments: {},
        timeoutMs: '${ 2 }',
      },
      { type: 'emit', event: 'e', data: null },
      { type: 'set', values: { a: 1 } },
      { type: 'set-timer', name: 't', afterMs: 0 },
      { type: 'cancel-timer', name: 't' },
      { type: 'fork', name: 'f', items: '${run.input}', concurrency: 3 },
      { type: 'end-scope', outcome: 'failed', result: 1 },
      { type: 'cancel-fork', name: 'f' },
      { type: 'complete', output: [] },
      { type: 'fail', error: 'E', cause: {} },
      { type: 'add-trigger', trigger },
      { type: 'disable-trigger', id: 'x' },
      {
        type: 'intercept',
        interception: {
          id: 'i',
          when: 'before',
          match: { condition: 'join' },
          actions: [{ type: 'complete' }],
        },
      },
    ];
    for (const action of actions)
      expect(validate('trigger', with_({ actions: { skip: [action] } }))).toEqual([]);
  });
});

describe('diagnostics', () => {
  it.each([
    [
      { condition: { type: 'counter', treshold: 2 } },
      'UNKNOWN_FIELD',
      '/condition/treshold',
      'did you mean "threshold"?',
      'threshold',
    ],
    [
      { condition: { type: 'counter', threshold: 1, resett: 'never' } },
      'UNKNOWN_FIELD',
      '/condition/resett',
      '"reset"',
      'reset',
    ],
    [
      { condition: { type: 'cuonter' } },
      'UNKNOWN_VALUE',
      '/condition/type',
      '"type" is "cuonter"; did you mean "counter"?',
      'counter',
    ],
    [{ condition: {} }, 'MISSING_FIELD', '/condition', 'needs "type": one of "always"'],
    [
      { condition: { type: 'counter', threshold: 0 } },
      'OUT_OF_RANGE',
      '/condition/threshold',
      '"threshold" is 0; it must be >= 1',
    ],
    [
      { condition: { type: 'counter', threshold: 1.5 } },
      'WRONG_TYPE',
      '/condition/threshold',
      'is 1.5; it must be an integer or a string',
    ],
    [
      { condition: { type: 'rule', rule: 'all_sucess', needs: [] } },
      'UNKNOWN_VALUE',
      '/condition/rule',
      'all_success',
      'all_success',
    ],
    [{ actions: 5 }, 'WRONG_TYPE', '/actions', '"actions" is 5; it must be an array or an object'],
    [
      { actions: [{ type: 'set-timer', name: 't' }] },
      'MISSING_FIELD',
      '/actions/0',
      'needs "afterMs" or "at"',
    ],
    [{ actions: [{ type: 'http', url: 'ftp://x' }] }, 'WRONG_FORMAT', '/actions/0/url', '"ftp://x"'],
    [{ activationEvents: [] }, 'OUT_OF_RANGE', '/activationEvents', 'must not be empty'],
    [{ id: 'a b' }, 'WRONG_FORMAT', '/id', '"a b"'],
  ])(
    'of %j name the place, the value and the remedy',
    (changes, code, pointer, message, suggestion?: string) => {
      const found = validate('trigger', with_(changes)).find((diagnostic) => diagnostic.pointer === pointer);
      expect(found).toMatchObject({ code, severity: 'error' });
      expect(found?.message).toContain(message);
      if (suggestion) expect(found?.suggestion).toBe(suggestion);
    },
  );

  it('speak of the chosen type alone', () => {
    const all = validate(
      'trigger',
      with_({ condition: { type: 'window', threshold: 1 }, actions: [{ type: 'fork' }] }),
    );
    expect(all.map(({ pointer, message }) => [pointer, message])).toEqual([
      ['/condition', '"condition" needs "withinMs"'],
      ['/actions/0', 'element 0 of "actions" needs "items" or "branches"'],
      ['/actions/0', 'element 0 of "actions" needs "name"'],
    ]);
    expect(validate(TRIGGERS, { run: 'standin', triggers: [] })).toMatchObject([{ suggestion: 'standing' }]);
  });

  it('come all in one go, and never more than a hundred', () => {
    const many = (count: number) => ({ triggers: Array.from({ length: count }, () => ({})) });
    expect(validate(TRIGGERS, many(5))).toHaveLength(20);
    expect(validate(TRIGGERS, many(1_000))).toHaveLength(100);
  });

  it('of a document made to have millions of errors are few and soon there', () => {
    const started = performance.now();
    expect(validate(TRIGGERS, { triggers: Array.from({ length: 2_000_000 }, () => 1) })).toHaveLength(1);
    const hostile = {
      triggers: [
        with_({
          context: {},
          actions: Object.fromEntries(Array.from({ length: 500_000 }, (_, i) => [i, 1])),
        }),
      ],
    };
    expect(validate(TRIGGERS, hostile).length).toBeLessThanOrEqual(100);
    expect(validate(TRIGGERS, { triggers: Array.from({ length: 4_900 }, () => ({})) })).toHaveLength(100);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

it('a schema that does not exist is said so', () => {
  expect(() => compileSchema('nothing')).toThrow(
    'there is no schema https://tidegate.dev/schemas/nothing.json',
  );
});

it('the nearest name forgives a slip and invents nothing', () => {
  expect(nearest('treshold', ['type', 'threshold'])).toBe('threshold');
  expect(nearest('tpye', ['type', 'every'])).toBe('type');
  expect(nearest('Every', ['type', 'every'])).toBe('every');
  expect(nearest('colour', ['type', 'every'])).toBeUndefined();
});

describe('the event schema and the codec', () => {
  const agree = (value: unknown) => {
    let accepted = true;
    try {
      checkEvent(value, { external: false });
    } catch {
      accepted = false;
    }
    expect([value, validate('event', value).length === 0]).toEqual([value, accepted]);
  };
  it('accept the same events', () => {
    fc.assert(fc.property(anyEvent, agree));
  });
  it('refuse the same events', () => {
    const spoiled = fc
      .tuple(
        anyEvent,
        fc.constantFrom(
          'id',
          'source',
          'type',
          'subject',
          'time',
          'specversion',
          'workflow',
          'run',
          'Ext',
          'ext',
          'data_base64',
        ),
        fc.constantFrom('', null, undefined, 1, true, {}, [], 'a b', 'AA=='),
      )
      .map(([event, name, value]) => JSON.parse(JSON.stringify({ ...event, [name]: value })) as unknown);
    fc.assert(fc.property(spoiled, agree), { numRuns: 1000 });
  });
});

it('the schemas use the name patterns of the model', () => {
  expect(validate('trigger#/$defs/Name', 'x'.repeat(129))[0]?.message).toContain(NAME_PATTERN);
  expect(validate('event#/properties/run', 'a/b')[0]?.message).toContain(RUN_ID_PATTERN);
});

describe('the schema files', () => {
  const folder = new URL('../../schemas/', import.meta.url);

  it.each(readdirSync(folder))('%s is a schema', (name) => {
    const ajv = new ajvModule.Ajv2020({ strict: false });
    const schema = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object;
    expect(ajv.validateSchema(schema), ajv.errorsText(ajv.errors)).toBe(true);
  });
});
