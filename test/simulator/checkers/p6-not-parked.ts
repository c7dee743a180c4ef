import { awaitsEventFromOutside } from '../../../src/engine/compiled-workflow.ts';
import type { FinalRun, Outcome } from '../outcome.ts';

/** At rest, no run is RUNNING that waits for nothing, and no work is left lying. */
export function* noRunIsParked(outcome: Outcome): Generator<string> {
  for (const run of outcome.runs.values()) {
    const { state, head } = run;
    const { status } = head;
    if (status !== 'RUNNING') continue;
    if (state.hasWork) yield `run ${run.key} has work left that nobody does`;
    for (const effect of state.effects?.values() ?? []) {
      const awaits = effect.dispatched && awaitedRunLives(outcome, effect.id);
      if (!awaits) yield `run ${run.key} waits for effect ${effect.id} that nobody performs`;
    }
    for (const { id, kind } of state.timers?.values() ?? []) {
      if (kind !== 'early-expiry' && kind !== 'run-timeout')
        yield `timer ${id} of run ${run.key} never fired`;
    }
    if ((state.effects?.size ?? 0) === 0 && !canBeMoved(run))
      yield `run ${run.key} is RUNNING and waits for nothing`;
  }
}

function canBeMoved({ workflow, state }: FinalRun): boolean {
  if (workflow.runMode !== 'started') return true;
  const triggers = [...workflow.triggers.values(), ...(state.dynamic?.triggers.values() ?? [])];
  return triggers.some(awaitsEventFromOutside);
}

function awaitedRunLives(outcome: Outcome, effect: string): boolean {
  for (const { state } of outcome.runs.values()) {
    if (state.parent?.effect === effect) return !state.ended;
  }
  return false;
}
