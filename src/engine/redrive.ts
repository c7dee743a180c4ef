import type { CloudEvent } from '../model/cloud-event.ts';
import { type Effect, effectId } from '../model/effect.ts';
import type { CompiledWorkflow } from './compiled-workflow.ts';
import { armDeadlines } from './effects.ts';
import type { HistoryEntry } from './history.ts';
import { COMMANDS } from './input.ts';
import { emptyOutbox, type Outbox } from './outbox.ts';
import { freshRun, replayInput } from './replay.ts';
import { nextDelayMs } from './retry.ts';
import type { RunState } from './run-state.ts';
import { RUN_TIMER } from './timer.ts';

/**
 * Brings a fresh run to where it would stand had its final failures not happened; their effects are pending as new attempts. A
 * run that goes from state to state may have handled failures before: only those that ended it are undone.
 */
export function stepWithoutFailures(
  workflow: CompiledWorkflow,
  run: RunState,
  entries: Iterable<HistoryEntry>,
  out: Outbox,
): void {
  const taken = [...entries].filter(
    (entry) =>
      !(entry.kind === 'command' && !survives(entry.event)) &&
      !(entry.kind === 'timer' && entry.id === RUN_TIMER),
  );
  const undone = hasStates(workflow) ? endings(workflow, run, taken) : undefined;
  taken.forEach((entry, place) => {
    const failed = failedEffect(run, entry);
    const undo = undone === undefined ? isFinal(failed, entry) : undone.has(place);
    if (failed !== undefined && undo) attemptAgain(run, failed);
    else replayInput(workflow, run, entry, out);
  });
}

function hasStates({ triggers }: CompiledWorkflow): boolean {
  for (const { definition } of triggers.values()) if (definition.state !== undefined) return true;
  return false;
}

/** Places of the failures that ended the run: each is undone before the next is looked for, as a redrive would. */
function endings(workflow: CompiledWorkflow, run: RunState, taken: readonly HistoryEntry[]): Set<number> {
  const undone = new Set<number>();
  for (;;) {
    const { key, version, input, startedAt, labels } = run;
    const trial = freshRun(version, { key, input, startedAt, ...(labels && { labels }) });
    const end = taken.findIndex((entry, place) => {
      const failed = failedEffect(trial, entry);
      if (failed !== undefined && undone.has(place)) attemptAgain(trial, failed);
      else replayInput(workflow, trial, entry, emptyOutbox());
      return trial.ended;
    });
    const last = end < 0 ? undefined : taken[end]!;
    if (last === undefined || undone.has(end) || !fails(last)) return undone;
    undone.add(end);
  }
}

/** The effect whose failure the input tells: by what it came to, or by a time that ran out. */
function failedEffect({ effects }: RunState, entry: HistoryEntry): Effect | undefined {
  if (entry.kind === 'completion') {
    return entry.completion.outcome === 'failed' ? effects?.get(entry.completion.effect) : undefined;
  }
  if (entry.kind === 'command' && REPORTS.has(entry.event.type)) {
    return effects?.get((entry.event.data as { effect?: string }).effect ?? '');
  }
  return entry.kind === 'timer' ? effects?.get(entry.id.slice(1)) : undefined;
}

/** Commands that tell how a task or a run that was waited for failed. */
const REPORTS: ReadonlySet<string> = new Set([COMMANDS.callbackFailure, COMMANDS.runEnded]);

function fails(entry: HistoryEntry): boolean {
  if (entry.kind === 'completion') return entry.completion.outcome === 'failed';
  return entry.kind === 'timer' || (entry.kind === 'command' && REPORTS.has(entry.event.type));
}

/** Where failures count for themselves: the policy of the effect grants no further attempt. */
function isFinal(effect: Effect | undefined, entry: HistoryEntry): boolean {
  return (
    effect !== undefined &&
    entry.kind === 'completion' &&
    entry.completion.outcome === 'failed' &&
    nextDelayMs(effect, entry.completion.failure) === undefined
  );
}

function attemptAgain(run: RunState, effect: Effect): void {
  run.removeEffect(effect);
  for (const kind of ['a', 'h']) {
    const timer = run.timers?.get(`${kind}${effect.id}`);
    if (timer !== undefined) run.removeTimer(timer);
  }
  const attempt = effect.attempt + 1;
  const { activation, place, scope, trigger, dispatched: _, token, ...rest } = effect;
  run.putEffect({
    ...rest,
    activation,
    place,
    scope,
    trigger,
    attempt,
    id: effectId(effect.run, scope, trigger, activation, place, attempt),
    ...(token && { token: againToken(token, attempt) }),
  });
}

/** A redriven state begins its retries anew; its attempts are counted on, as ids derive from them. */
function againToken({ tries: _, ...token }: NonNullable<Effect['token']>, attempt: number): Effect['token'] {
  return { ...token, attempt };
}

function survives({ type }: CloudEvent): boolean {
  return type !== COMMANDS.cancel && type !== COMMANDS.redrive;
}

/** The time of the whole run counts anew from its redrive, and that of what others report on. */
export function restartTimes({ definition }: CompiledWorkflow, run: RunState, now: number): void {
  const timer = run.timers?.get(RUN_TIMER);
  if (timer !== undefined && definition.timeoutMs !== undefined)
    run.putTimer({ ...timer, at: now + definition.timeoutMs });
  for (const effect of run.effects?.values() ?? []) {
    armDeadlines(effect, now, (deadline) => {
      if (run.timers?.has(deadline.id) !== true) run.putTimer(deadline);
    });
  }
}

/** The redrive is an input too: who replays the history learns where the run went on. */
export function recordRedrive(
  workflow: CompiledWorkflow,
  run: RunState,
  event: CloudEvent,
  now: number,
): void {
  if (!workflow.keepHistory || run.historyLength >= workflow.limits.historyEntries) return;
  run.historyLength++;
  run.countsDirty = true;
  run.newHistory ??= [];
  run.newHistory.push(JSON.stringify({ now, kind: 'command', event } satisfies HistoryEntry));
}
