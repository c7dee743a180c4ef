/** The histories that were recorded on the service, against those recomputed from the inputs of a run. */
import { describe, expect, test } from 'vitest';
import { type ExecutionEvent, executionEvents, serviceEvent } from '../../src/compilers/asl/history/index.ts';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import type { HistoryEntry } from '../../src/engine/index.ts';
import { START } from '../engine/drive.ts';
import { CATEGORIES, type CorpusCase, casesOf } from './corpus-cases.ts';
import { judge } from './corpus-judge.ts';
import { lambdaWorld } from './lambda-world.ts';
import { driveInEngine } from './run-in-engine.ts';
import { traceOf } from './trace-of.ts';

/** Their tasks are not functions, or their items come from elsewhere: those run in an engine of their own (corpus.test.ts). */
const OUTSIDE = ['mocked_integrations', 'map_item_reader_s3'];

/** Items from elsewhere, and results that an invoker refuses, need a whole engine. */
function isWithinTheEngine({ s3, lambda }: CorpusCase): boolean {
  return (
    s3 === undefined && Object.values(lambda ?? {}).every(({ behaviour }) => behaviour !== 'return_oversized')
  );
}

function eventsOf(
  machine: StateMachine,
  input: unknown,
  functions: CorpusCase['lambda'],
): readonly ExecutionEvent[] {
  const driver = driveInEngine(machine, input, lambdaWorld(functions ?? {}));
  driver.save();
  const history = driver.history.map((line) => JSON.parse(line) as HistoryEntry);
  return executionEvents(machine, driver.workflow, { key: 'w/r', input, startedAt: START }, history);
}

describe('the history of a run, as the service tells it', () => {
  test.each(CATEGORIES.filter((category) => !OUTSIDE.includes(category)))('%s', (category) => {
    const told = casesOf(category).filter((each) => each.expect.history_types && isWithinTheEngine(each));
    const wrong = told.flatMap((each) => {
      const events = eventsOf(each.definition as StateMachine, each.input, each.lambda);
      const verdict = judge(each, { status: '', history: traceOf(events.map(serviceEvent)) }).history;
      return verdict === '' ? [] : [`${each.id}: ${verdict}`];
    });
    if (told.length > 0) console.log(`${category}: ${told.length - wrong.length}/${told.length}`);
    expect(wrong).toEqual([]);
  });
});
