import { emptyOutbox, type Input, RunState, step } from '../../../engine/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../../../model/cloud-event.ts';
import type { Completion, Effect } from '../../../model/effect.ts';
import type { JsonObject } from '../model.ts';
import { names } from '../names.ts';
import { type LoneState, WORKFLOW } from './lone-state.ts';
import type { Left } from './lone-triggers.ts';
import type { MockedEnd } from './mock.ts';
import type { Refusal } from './request.ts';

/** What a state is entered with. */
export interface Entry {
  readonly input: unknown;
  readonly variables: JsonObject;
  /** Attempts that each retrier has granted already. */
  readonly tries: readonly number[];
  readonly roleArn: string | undefined;
  /** milliseconds of the epoch */
  readonly now: number;
}

/** What entering the state came to. */
export interface LoneRun {
  readonly entered: CloudEvent;
  /** The state's own work, or that of the states inside it, once its arguments are known. */
  readonly effect: Effect | undefined;
  /** The event that began it: the state's entry, or what its ItemReader read. */
  readonly begun: CloudEvent;
  /** The end of that work, if it ended well. */
  readonly worked: CloudEvent | undefined;
  /** The last failure of the state. */
  readonly failed: CloudEvent | undefined;
  /** Absent: it failed, or is to be tried again. */
  readonly left: Left | undefined;
  /** Milliseconds until the next attempt. */
  readonly retryMs: number | undefined;
  readonly error: string | undefined;
  readonly cause: unknown;
  readonly variables: JsonObject;
}

/** Performs the work of the state, or says why it is not taken. */
export type Work = (effect: Effect) => Promise<MockedEnd | { readonly refused: Refusal }>;

/** Enters the state in a run of its own and goes on until it is left, has failed or waits for its next attempt. */
export async function runAlone(
  { workflow, slug }: LoneState,
  { input, variables, tries, now }: Entry,
  work: Work,
): Promise<{ readonly run: LoneRun } | { readonly refused: Refusal }> {
  const key = `${WORKFLOW}/test`;
  const run = new RunState(key, 1, { input, at: now });
  for (const [name, value] of Object.entries(variables)) run.setVariable(run.root, name, value);
  const events: CloudEvent[] = [];
  const out = { ...emptyOutbox(), tap: (_: RunState, event: CloudEvent) => void events.push(event) };
  const give = (given: Input) => step(workflow, run, given, now, out);
  const tried = tries.reduce((most, each) => Math.max(most, each), 0);
  const entered: CloudEvent = {
    specversion: '1.0',
    id: 'entered',
    source: `/${key}`,
    type: EVENT_TYPES.stateEntered,
    subject: slug,
    data: input,
    token: { turn: 2, at: now, ...(tried > 0 && { tries, attempt: tried + 1 }) },
  };
  give({ kind: 'event', event: entered });
  let effect: Effect | undefined;
  while (!run.ended) {
    const [pending] = run.effects?.values() ?? [];
    const waiting = timerOf(run, names.wait(slug));
    if (pending !== undefined) {
      if (pending.subject === slug) effect = pending;
      const end = await work(pending);
      if ('refused' in end) return end;
      give({ kind: 'completion', completion: completionOf(pending, end) });
    } else if (run.hasWork) give({ kind: 'continue' });
    else if (waiting !== undefined) give({ kind: 'timer', id: waiting.id, at: waiting.at });
    else break;
  }
  const last = (type: string, subject: string) =>
    events.findLast((event) => event.type === type && event.subject === subject);
  const retry = timerOf(run, names.retry(slug));
  return {
    run: {
      entered,
      effect,
      begun: last(EVENT_TYPES.taskSucceeded, names.read(slug)) ?? entered,
      worked: last(EVENT_TYPES.taskSucceeded, slug),
      failed: events.findLast(({ type }) => type === EVENT_TYPES.taskFailed),
      left: run.status === 'SUCCEEDED' ? (run.output as Left) : undefined,
      retryMs: retry && retry.at - now,
      error: run.error,
      cause: run.cause,
      variables: { ...run.root.visibleVariables() },
    },
  };
}

function timerOf(run: RunState, name: string) {
  for (const timer of run.timers?.values() ?? [])
    if (timer.kind === 'user' && timer.name === name) return timer;
  return undefined;
}

function completionOf({ id: effect }: Effect, end: MockedEnd): Completion {
  if ('result' in end) return { effect, outcome: 'succeeded', result: end.result };
  const { error: code, cause: message = '' } = end;
  return { effect, outcome: 'failed', failure: { code, message, retryable: false } };
}
