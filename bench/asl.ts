import { compileDefinition } from '../src/compilers/index.ts';
import { compileWorkflow } from '../src/engine/index.ts';
import { compileQuery, type Query } from '../src/expressions/index.ts';
import { LIMITS } from '../src/model/limits.ts';
import { completedPerSecond, withEmbedded } from './embedded.ts';
import { median, type Row, seconds } from './measure.ts';

/** States that pass their data on, one after the other. */
export function passes(states: number): unknown {
  return {
    StartAt: 'S0',
    States: Object.fromEntries(
      Array.from({ length: states }, (_, i) => [
        `S${i}`,
        { Type: 'Pass', ...(i < states - 1 ? { Next: `S${i + 1}` } : { End: true }) },
      ]),
    ),
  };
}

/** Runs of ten Pass states a second, durable. The emulators do 17 and 71, an in-memory interpreter 33,500. */
export async function passTenRow(): Promise<Row[]> {
  const rate = await withEmbedded(async ({ engine }) => {
    await engine.gateway.putWorkflow('passes', { format: 'asl', definition: passes(10) });
    const rates: number[] = [];
    for (let round = 0; round < 6; round++) {
      rates.push(await completedPerSecond(engine, 'passes', 20_000, `r${round}`));
    }
    const { status } = await engine.gateway.getRun('passes', 'r1-17');
    if (status !== 'SUCCEEDED') throw new Error(`a run is ${status}`);
    return median(rates.slice(1));
  });
  return [{ name: 'asl.pass-10.embedded', value: Math.round(rate), unit: 'runs/s' }];
}

/** One run whose Choice sends it round so many times. */
export async function choiceLoopRow(): Promise<Row[]> {
  const turns = 10_000;
  const definition = {
    StartAt: 'Add',
    States: {
      Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericLessThan: turns, Next: 'Add' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
  const spent = await oneRun(definition, { n: 0 }, ({ n }: { n: number }) => n === turns);
  return [
    { name: 'asl.choice-loop-10000', value: spent * 1_000, unit: 'ms' },
    { name: 'asl.choice-loop-10000.turns', value: turns / spent, unit: 'turns/s' },
  ];
}

/** One run over so many items, in scopes of its own; against half of them, as time per item. */
export async function inlineMapRows(): Promise<Row[]> {
  return mapRows('asl.map-inline', 'INLINE', 10_000);
}
/** The same with a child run for each item. */
export async function distributedMapRows(): Promise<Row[]> {
  return mapRows('asl.map-distributed', 'DISTRIBUTED', 100_000);
}

async function mapRows(name: string, mode: string, items: number): Promise<Row[]> {
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: mode, ...(mode === 'DISTRIBUTED' && { ExecutionType: 'STANDARD' }) },
          StartAt: 'Pass',
          States: { Pass: { Type: 'Pass', Parameters: { 'n.$': '$' }, End: true } },
        },
        End: true,
      },
    },
  };
  const list = (count: number) => Array.from({ length: count }, (_, i) => i);
  const whole = (count: number) => (output: unknown[]) => output.length === count;
  const part = await oneRun(definition, list(items / 2), whole(items / 2));
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const spent = await oneRun(definition, list(items), whole(items));
  clearInterval(watch);
  return [
    { name: `${name}-${items}`, value: spent * 1_000, unit: 'ms' },
    {
      name: `${name}-${items}.per-item`,
      value: (spent * 1e6) / items,
      unit: 'us',
      baseline: (part * 2e6) / items,
      ratio: spent / part / 2,
    },
    { name: `${name}-${items}.memory`, value: (most - before) / 2 ** 20, unit: 'MiB' },
  ];
}

/** Median seconds of a run from its start to its end, over three fresh engines. */
async function oneRun<T>(
  definition: unknown,
  input: unknown,
  isRight: (output: T) => boolean,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    times.push(
      await withEmbedded(
        async ({ engine }) => {
          await engine.gateway.putWorkflow('one', { format: 'asl', definition });
          return seconds(async () => {
            const { run } = await engine.gateway.startRun('one', { input }, { waitMs: 600_000 });
            if (run.status !== 'SUCCEEDED' || !isRight(run.output as T)) {
              throw new Error(`the run is ${run.status}: ${JSON.stringify(run.cause ?? run.error)}`);
            }
          });
        },
        new Map(),
        // All results come back in one piece, beyond the quota of the service.
        { ...LIMITS, payloadBytes: 16_777_216 },
      ),
    );
  }
  return median(times);
}

/** Milliseconds from a machine's text to its triggers, ready to run. */
export function compileRow(): Row[] {
  const states: Record<string, unknown> = {};
  const count = 1_000;
  for (let i = 0; i < count; i++) {
    const next = i < count - 1 ? { Next: `State${i + 1}` } : { End: true };
    states[`State${i}`] =
      i % 3 === 0
        ? {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'f', 'Payload.$': '$.a.b' },
            ResultPath: '$.c',
            Retry: [{ ErrorEquals: ['States.ALL'] }],
            ...next,
          }
        : i % 3 === 1
          ? { Type: 'Pass', Parameters: { 'x.$': "States.Format('{} {}', $.a, $$.Execution.Name)" }, ...next }
          : { Type: 'Pass', QueryLanguage: 'JSONata', Output: { sum: '{% $states.input.a + 1 %}' }, ...next };
  }
  const text = JSON.stringify({ StartAt: 'State0', States: states });
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    const start = performance.now();
    const { triggers, diagnostics } = compileDefinition('asl', text, { limits: LIMITS });
    if (triggers === undefined) throw new Error(JSON.stringify(diagnostics[0]));
    compileWorkflow('bench', 1, triggers, LIMITS);
    times.push(performance.now() - start);
  }
  return [
    { name: 'asl.compile-1000.first', value: times[0]!, unit: 'ms' },
    { name: 'asl.compile-1000', value: median(times.slice(2)), unit: 'ms' },
  ];
}

/** One transformation in both languages: the time of a Pass state that does it, and what JSONata takes against JSONPath. */
export function languagesRow(): Row[] {
  const input = {
    order: {
      id: 7,
      items: [
        { sku: 'a', cents: 120 },
        { sku: 'b', cents: 80 },
      ],
    },
    who: 'Ada',
  };
  const queries: Readonly<Record<string, Query>> = {
    jsonpath: {
      language: 'JSONPath',
      from: 'input',
      steps: [
        {
          build: {
            'id.$': '$.order.id',
            'first.$': '$.order.items[0].sku',
            'text.$': "States.Format('{} for {}', $.order.id, $.who)",
          },
          field: 'Parameters',
        },
      ],
    },
    jsonata: {
      language: 'JSONata',
      from: 'input',
      field: 'Output',
      template: {
        id: '{% $states.input.order.id %}',
        first: '{% $states.input.order.items[0].sku %}',
        text: "{% $states.input.order.id & ' for ' & $states.input.who %}",
      },
    },
  };
  const event = { specversion: '1.0', id: 'e', source: '/w/r', type: 't', data: input };
  const environment = { event, context: {}, run: {}, vars: {}, item: null, index: null, now: 0, state: null };
  const rounds = 100_000;
  const times = Object.fromEntries(
    Object.entries(queries).map(([language, query]) => {
      const evaluate = compileQuery(query, LIMITS);
      const expected = JSON.stringify({ id: 7, first: 'a', text: '7 for Ada' });
      if (JSON.stringify(evaluate(environment as never)) !== expected)
        throw new Error(`${language} is wrong`);
      const once = () => {
        const start = performance.now();
        for (let i = 0; i < rounds; i++) evaluate(environment as never);
        return ((performance.now() - start) * 1_000) / rounds;
      };
      once();
      return [language, median([once(), once(), once(), once(), once()])];
    }),
  );
  const { jsonpath, jsonata } = times as { jsonpath: number; jsonata: number };
  return [
    { name: 'asl.transform.jsonpath', value: jsonpath, unit: 'us' },
    {
      name: 'asl.transform.jsonata',
      value: jsonata,
      unit: 'us',
      baseline: jsonpath,
      ratio: jsonata / jsonpath,
    },
  ];
}
