import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTidegate, type Tidegate } from '../../src/index.ts';
import { TidegateError } from '../../src/model/errors.ts';

let tidegate: Tidegate;
beforeAll(async () => {
  tidegate = await startTidegate({ dataDir: { memory: true } });
  await put('well', { StartAt: 'S', States: { S: { Type: 'Pass', End: true } } });
});
afterAll(() => tidegate.stop({ graceMs: 0 }));

const put = (name: string, definition: unknown) =>
  tidegate.gateway.putWorkflow(name, { format: 'asl', definition });

/** Whatever happened before: the worker still works. */
async function expectUnharmed(): Promise<void> {
  const { run } = await tidegate.gateway.startRun('well', { input: 'still here' }, { waitMs: 30_000 });
  expect(run).toMatchObject({ status: 'SUCCEEDED', output: 'still here' });
}

async function codeOf(definition: unknown): Promise<string[]> {
  try {
    await put('bad', definition);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(TidegateError);
    const { code, details } = error as TidegateError;
    const diagnostics = (details as { diagnostics?: { code: string }[] } | undefined)?.diagnostics ?? [];
    return [code, ...diagnostics.map((each) => each.code)];
  }
}

function nested(levels: number): string {
  const open = '{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[';
  return `${open.repeat(levels)}{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}${']}}}'.repeat(levels)}`;
}

describe('a machine that is too much', () => {
  it('of more than a megabyte is refused with a code', async () => {
    const filler = 'x'.repeat(1_100_000);
    const codes = await codeOf({ Comment: filler, StartAt: 'S', States: { S: { Type: 'Pass', End: true } } });
    expect(codes).not.toEqual([]);
    await expectUnharmed();
  });

  it.each([[100], [10_000]])('nested %i levels deep is refused with a code', async (levels) => {
    expect(await codeOf(nested(levels))).toContain('NESTING_TOO_DEEP');
    await expectUnharmed();
  });

  it('of ten thousand faults names some, and is soon done', async () => {
    const states = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`S${i}`, { Type: 'Pas', Next: `T${i}`, Wrong: true }]),
    );
    expect(await codeOf({ StartAt: 'S0', States: states })).not.toEqual([]);
    await expectUnharmed();
  });
});

const JSONATA: readonly (readonly [what: string, expression: string])[] = [
  ['calls itself for ever', '($f := function($x) { $f($x) }; $f(1))'],
  ['calls itself ever deeper', '($f := function($x) { 1 + $f($x) }; $f(1))'],
  ['would return 100 MB', "$pad('a', 100000000)"],
  ['would return 100 MB piece by piece', '$join([1..9999999].$string())'],
  ['doubles without end', "($f := function($x, $n) { $n = 0 ? $x : $f($x & $x, $n - 1) }; $f('ab', 60))"],
  ['makes a list of lists', '[1..10000].([1..10000])'],
  [
    'bombs with a pattern',
    `$match('${'a'.repeat(5_000)}!', /^(a+)+$/) ~> $count = 7 ? 1 : $error('no match')`,
  ],
];

describe('a JSONata expression that is too much', () => {
  it.each(JSONATA)('and %s ends its run alone', async (_what, expression) => {
    await put('bad', {
      QueryLanguage: 'JSONata',
      StartAt: 'S',
      States: { S: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } },
    });
    const { run } = await tidegate.gateway.startRun('bad', { input: {} }, { waitMs: 30_000 });
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    await expectUnharmed();
  });
});

describe('data that grows without end', () => {
  it.each([
    ['wraps itself', { 'x.$': '$' }],
    ['doubles itself', { 'x.$': '$', 'y.$': '$' }],
    ['formats itself', { 'x.$': "States.Format('{}{}', States.JsonToString($), States.JsonToString($))" }],
  ])('in a loop that %s ends the run with a coded error', async (_what, template) => {
    await put('bad', {
      StartAt: 'Grow',
      States: {
        Grow: { Type: 'Pass', Parameters: template, Next: 'Again' },
        Again: {
          Type: 'Choice',
          Choices: [{ Variable: '$.never', IsPresent: true, Next: 'End' }],
          Default: 'Grow',
        },
        End: { Type: 'Succeed' },
      },
    });
    const { run } = await tidegate.gateway.startRun('bad', { input: { a: 'b' } }, { waitMs: 30_000 });
    expect(run.status).toBe('FAILED');
    expect(run.error).toMatch(/^States\.(DataLimitExceeded|IntrinsicFailure|Runtime)$/);
    await expectUnharmed();
  });
});
