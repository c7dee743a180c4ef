import type { Completion } from '../model/effect.ts';
import type { Token } from '../model/token.ts';
import { acceptCompletion } from './completions.ts';
import type { RunState } from './run-state.ts';
import type { Scope } from './scope.ts';
import type { Step } from './step.ts';

/**
 * A store that lost its last moments is behind the log: the log may hold the report on an effect that the run has yet to
 * decide again, because a timer or a completion that led to it is in no log. Such a report waits for its effect, under
 * the id that the effect will have again; the target drops the repeated call and would not report a second time.
 */
export function keepReport(step: Step, completion: Completion): boolean {
  const { run, workflow } = step;
  if (!isToCome(step, completion.effect)) return false;
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
function isToCome({ run, workflow }: Step, id: string): boolean {
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
  const trigger = cause.slice(colon + 1);
  if (workflow.triggers.get(trigger)?.definition.state !== undefined)
    return !isPast(run, scope, activation, attempt);
  return (scope.contexts?.get(trigger)?.activation ?? 0) < activation;
}

/** A scope has one token, which rests with what it waits for: it has gone by the entry of a state, or not. */
function isPast(run: RunState, scope: Scope, turn: number, attempt: number): boolean {
  const goneBy = (token: Token | undefined) =>
    token !== undefined && (token.turn > turn || (token.turn === turn && (token.attempt ?? 1) > attempt));
  for (const effect of run.effects?.values() ?? []) {
    if (effect.scope === scope.path && goneBy(effect.token)) return true;
  }
  for (const timer of run.timers?.values() ?? []) {
    if (timer.kind === 'user' && timer.scope === scope.path && goneBy(timer.token)) return true;
  }
  for (const fork of scope.forks?.values() ?? []) if (goneBy(fork.plan.token)) return true;
  return false;
}
