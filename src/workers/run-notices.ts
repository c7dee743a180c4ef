import { decodeBody, type RunState } from '../engine/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { type RunDocument, splitRunKey } from '../model/run.ts';
import type { RunHead } from '../stores/state-store.ts';
import type { RunNotice } from './gateway.ts';

const TASK_STATES: Readonly<Record<string, Extract<RunNotice, { kind: 'task' }>['state']>> = {
  [EVENT_TYPES.taskSucceeded]: 'succeeded',
  [EVENT_TYPES.taskFailed]: 'failed',
  [EVENT_TYPES.taskSkipped]: 'skipped',
  [EVENT_TYPES.taskUpstreamFailed]: 'upstream_failed',
};

/** The run may have changed. */
export function runNotice(run: RunState): RunNotice {
  return { kind: 'run', run: documentOfState(run) };
}

/** What the delivery of an event inside a run says of a task; undefined: nothing. */
export function deliveryNotice(event: CloudEvent): RunNotice | undefined {
  const state = TASK_STATES[event.type];
  if (state === undefined || event.subject === undefined) return undefined;
  const { error } = (state === 'failed' ? event.data : {}) as { error?: string };
  return {
    kind: 'task',
    task: event.subject,
    scope: event.scope ?? '',
    state,
    ...(error !== undefined && { error }),
  };
}

export function effectNotice({ subject: task, scope, attempt }: Effect): RunNotice {
  return { kind: 'task', task, scope, state: attempt > 1 ? 'retrying' : 'started', attempt };
}

function documentOfState(run: RunState): RunDocument {
  return documentOf({
    key: run.key,
    version: run.version,
    status: run.status,
    startedAt: run.startedAt,
    ...(run.end?.at !== undefined && { endedAt: run.end.at }),
    ...(run.labels && { labels: run.labels }),
    content: { input: run.input, ...run.end },
  });
}

/** The document of a stored run. */
export function documentOfHead(head: RunHead): RunDocument {
  return documentOf({ ...head, content: decodeBody(head.body) });
}

function documentOf(
  head: Omit<RunHead, 'body'> & {
    readonly content: {
      readonly input?: unknown;
      readonly output?: unknown;
      readonly error?: string | undefined;
      readonly cause?: unknown;
    };
  },
): RunDocument {
  const { workflow, run } = splitRunKey(head.key);
  const { input, output, error, cause } = head.content;
  return {
    id: run,
    workflow,
    version: head.version,
    status: head.status,
    input: input ?? null,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    startedAt: new Date(head.startedAt).toISOString(),
    ...(head.endedAt !== undefined && { endedAt: new Date(head.endedAt).toISOString() }),
    labels: head.labels ?? {},
  };
}
