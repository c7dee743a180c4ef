/** The executions that were recorded on the service, run by an engine in this process. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceEvent } from '../../src/compilers/index.ts';
import { executionHistory } from '../../src/frontend/execution-history.ts';
import { allCases, CATEGORIES, type CorpusCase } from './corpus-cases.ts';
import { type CorpusEngine, type CorpusEngineOptions, startCorpusEngine } from './corpus-engine.ts';
import { redisGround } from './corpus-grounds.ts';
import { FIGURES, type Figure, judge } from './corpus-judge.ts';
import { type Judged, tableOf } from './corpus-table.ts';

/** A case that does not come out as recorded, and why. */
interface CorpusException {
  readonly id: string;
  readonly figure: Figure;
  readonly reason: string;
}

const EXCEPTIONS = JSON.parse(
  readFileSync(new URL('exceptions.json', import.meta.url), 'utf8'),
) as CorpusException[];
/** Of the cases, per figure. */
const MOST_EXCEPTIONS = 0.01;

const CASES = allCases();

const history: CorpusEngineOptions['history'] = async (run, gateway) => {
  const workflow = await gateway.getWorkflow(run.workflow, run.version);
  return (await executionHistory({ run, workflow, gateway })).map(serviceEvent);
};

/** Those bounded by seconds run on their own, so that they are not held up by all the others. */
async function judgedBy(engine: CorpusEngine, cases: readonly CorpusCase[]): Promise<Judged[]> {
  const run = async (each: CorpusCase) => ({ case: each, verdict: judge(each, await engine.run(each)) });
  const isBounded = ({ definition }: CorpusCase) =>
    /(?:Timeout|Heartbeat)Seconds/.test(JSON.stringify(definition));
  const free = await Promise.all(cases.filter((each) => !isBounded(each)).map(run));
  return [...free, ...(await Promise.all(cases.filter(isBounded).map(run)))];
}

describe('the recorded executions', () => {
  let engine: CorpusEngine;
  let judged: Judged[] = [];
  beforeAll(async () => {
    engine = await startCorpusEngine({ history });
    judged = await judgedBy(engine, CASES);
    console.log(tableOf(judged));
  });
  afterAll(() => engine?.stop());

  describe.each(FIGURES)('%s', (figure) => {
    const excepted = new Set(EXCEPTIONS.filter((each) => each.figure === figure).map(({ id }) => id));

    test.each(CATEGORIES)('%s', (category) => {
      const wrong = judged
        .filter(({ case: each, verdict }) => each.category === category && (verdict[figure] ?? '') !== '')
        .filter(({ case: each }) => !excepted.has(each.id))
        .map(({ case: each, verdict }) => `${each.id}: ${verdict[figure]}`);
      expect(wrong).toEqual([]);
    });

    test('what is listed as an exception is one', () => {
      const right = judged.filter(
        ({ case: each, verdict }) => excepted.has(each.id) && (verdict[figure] ?? '') === '',
      );
      expect(right.map(({ case: each }) => each.id)).toEqual([]);
      expect(excepted.size).toBeLessThanOrEqual(CASES.length * MOST_EXCEPTIONS);
    });
  });
});

test('a tenth of them come out of Redis the same', async () => {
  const engine = await startCorpusEngine({ ground: await redisGround() });
  try {
    const excepted = new Set(EXCEPTIONS.filter(({ figure }) => figure === 'result').map(({ id }) => id));
    const some = CASES.filter((each, at) => at % 10 === 7 && !excepted.has(each.id));
    const wrong = (await judgedBy(engine, some)).map(({ verdict }) => verdict.result);
    expect(wrong.filter((line) => line !== '')).toEqual([]);
  } finally {
    await engine.stop();
  }
});

test('exceptions name cases that there are, each with a reason', () => {
  const known = new Set(CASES.map(({ id }) => id));
  expect(EXCEPTIONS.filter(({ id, reason }) => !known.has(id) || reason.length < 20)).toEqual([]);
});
