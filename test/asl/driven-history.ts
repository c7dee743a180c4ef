import { type ExecutionEvent, executionEvents } from '../../src/compilers/asl/history/index.ts';
import type { StateMachine } from '../../src/compilers/asl/model.ts';
import type { HistoryEntry } from '../../src/engine/index.ts';
import { Driver, START } from '../engine/drive.ts';
import { compiledMachine } from './run-in-engine.ts';

/** The history so far of a run that somebody drives. */
export function historyOf(machine: StateMachine, driver: Driver, input: unknown): readonly ExecutionEvent[] {
  driver.save();
  const history = driver.history.map((line) => JSON.parse(line) as HistoryEntry);
  return executionEvents(machine, driver.workflow, { key: 'w/r', input, startedAt: START }, history);
}

/** Id, what led to it, and type. */
export const shown = (events: readonly ExecutionEvent[]) =>
  events.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`);

/** Runs as far as it comes by itself. */
export function started(definition: object, input: unknown = {}) {
  const machine = definition as StateMachine;
  const driver = new Driver(compiledMachine(machine), { input });
  driver.start();
  return { driver, history: () => historyOf(machine, driver, input) };
}
