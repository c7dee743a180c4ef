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
 * Brings a fresh run to where it would stand had its final failures not happened; their effects are pending as new attempts, and
 * so are those whose work ended with the run, such as runs it waited for. A run that goes from state to state may have handled
 * failures before: only those that ended it are undone.
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
  const again = new Again(workflow, run, out);
  taken.forEach((entry, place) => {
    again.take(entry, (failed) => (undone === undefined ? isFinal(failed, entry) : undone.has(place)));
  });
  again.redrive();
}

/** A run that is stepped again, redrives and all. */
class Again {
  readonly #workflow: CompiledWorkflow;
  readonly #run: RunState;
  readonly #out: Outbox;
  /** Ids of the attempts that the next redrive begins with. */
  readonly #renewed = new Set<string>();

  constructor(workflow: CompiledWorkflow, run: RunState, out: Outbox) {
    this.#workflow = workflow;
    this.#run = run;
    this.#out = out;
  }

  /** `undoes`: whether the failure that the input tells of is one that did not happen. */
  take(entry: HistoryEntry, undoes: (failed: Effect) => boolean): void {
    const failed = failedEffect(this.#run, entry);
    if (isRedrive(entry)) {
      this.redrive();
      countRedrive(this.#run, entry.now);
    } else if (failed !== undefined && undoes(failed)) this.#renew(failed);
    else replayInput(this.#workflow, this.#run, entry, this.#out);
  }

  /** What others did for the run ended with it, and would not be told of again: it is begun anew. */
  redrive(): void {
    for (const effect of [...(this.#run.effects?.values() ?? [])]) {
      if (effect.revocable === true && !this.#renewed.has(effect.id)) this.#renew(effect);
    }
    this.#renewed.clear();
  }

  #renew(effect: Effect): void {
    this.#renewed.add(attemptAgain(this.#run, effect));
  }
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
    const again = new Again(workflow, trial, emptyOutbox());
    const end = taken.findIndex((entry, place) => {
      again.take(entry, () => undone.has(place));
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

/** Id of the new attempt. */
function attemptAgain(run: RunState, effect: Effect): string {
  run.removeEffect(effect);
  for (const kind of ['a', 'h']) {
    const timer = run.timers?.get(`${kind}${effect.id}`);
    if (timer !== undefined) run.removeTimer(timer);
  }
  const attempt = effect.attempt + 1;
  const { activation, place, scope, trigger, dispatched: _, token, ...rest } = effect;
  const id = effectId(effect.run, scope, trigger, activation, place, attempt);
  run.putEffect({
    ...rest,
    activation,
    place,
    scope,
    trigger,
    attempt,
    id,
    ...(token && { token: againToken(token, attempt) }),
  });
  return id;
}

/** A redriven state begins its retries anew; its attempts are counted on, as ids derive from them. */
function againToken({ tries: _, ...token }: NonNullable<Effect['token']>, attempt: number): Effect['token'] {
  return { ...token, attempt };
}

function survives({ type }: CloudEvent): boolean {
  return type !== COMMANDS.cancel;
}

function isRedrive(entry: HistoryEntry): boolean {
  return entry.kind === 'command' && entry.event.type === COMMANDS.redrive;
}

/** What is evaluated from here on sees it. */
function countRedrive(run: RunState, now: number): void {
  run.redrives = { count: (run.redrives?.count ?? 0) + 1, at: now };
}

/** A redrive is counted, and from it on the time of the whole run, and that of what others report on. */
export function beginRedrive({ definition }: CompiledWorkflow, run: RunState, now: number): void {
  countRedrive(run, now);
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
