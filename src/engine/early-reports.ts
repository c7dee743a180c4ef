import type { Completion } from '../model/effect.ts';
import { acceptCompletion } from './completions.ts';
import type { RunState } from './run-state.ts';
import type { Step } from './step.ts';

/**
 * A store that lost its last moments is behind the log: the log may hold the report on an effect that the run has yet to
 * decide again, because a timer or a completion that led to it is in no log. Such a report waits for its effect, under
 * the id that the effect will have again; the target drops the repeated call and would not report a second time.
 */
export function keepReport(step: Step, completion: Completion): boolean {
  const { run, workflow } = step;
  if (!isToCome(run, completion.effect)) return false;
  run.putReport(completion);
  const excess = run.reports!.size - workflow.limits.earlyEvents;
  if (excess > 0) run.removeReport(run.reports!.keys().next().value!);
  return true;
}

/** Applies a report whose effect has become pending. False: there is none. */
export function applyKeptReport(step: Step): boolean {
  const { run } = step;
  if (run.reports === undefined || run.ended) return false;
  for (const [id, completion] of run.reports) {
    if (run.effects?.has(id) !== true) continue;
    run.removeReport(id);
    acceptCompletion(step, completion);
    return true;
  }
  return false;
}

const TAIL = /:(\d+)\.(\d+):(\d+)$/;

/** The firing, or the attempt, that makes this effect lies ahead: nothing says that it has been. */
function isToCome(run: RunState, id: string): boolean {
  const tail = TAIL.exec(id);
  if (tail === null || !id.startsWith(`${run.key}:`)) return false;
  const [, activation, , attempt] = tail.map(Number) as [number, number, number, number];
  const stem = id.slice(0, id.lastIndexOf(':'));
  for (let earlier = attempt; earlier >= 1; earlier--) {
    const name = `${stem}:${earlier}`;
    if (run.timers?.has(`r${name}`) || (earlier < attempt && run.effects?.has(name))) return true;
  }
  const cause = id.slice(run.key.length + 1, tail.index);
  const colon = cause.indexOf(':');
  const scope = run.scope(cause.slice(0, colon));
  // A scope that is not open may open yet.
  if (scope === undefined) return true;
  return (scope.contexts?.get(cause.slice(colon + 1))?.activation ?? 0) < activation;
}
