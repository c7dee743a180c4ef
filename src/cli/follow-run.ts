import { setTimeout as pause } from 'node:timers/promises';
import type { TidegateClient } from '../client/index.ts';
import type { Completion } from '../model/effect.ts';
import { TidegateError } from '../model/errors.ts';
import { isEnded, type RunDocument } from '../model/run.ts';
import type { RunNotice } from '../workers/index.ts';

const RECONNECT_MS = 500;
const RECONNECTS = 20;
const HISTORY_PAGES = 5;

/**
 * Tells of a run until it has ended or stalled, and answers how it stands then. Goes on after the server was away for a few
 * seconds; TARGET_UNREACHABLE if it stays away.
 */
export async function followRun(
  client: TidegateClient,
  { workflow, id }: Pick<RunDocument, 'workflow' | 'id'>,
  tell: (notice: RunNotice) => void,
  signal: AbortSignal,
): Promise<RunDocument> {
  const told = new Set<string>();
  let last: RunDocument | undefined;
  for (let failures = 0; ; ) {
    try {
      for await (const notice of client.streamRun(workflow, id, signal)) {
        failures = 0;
        if (notice.kind === 'task') {
          told.add(placeOf(notice));
          tell(notice);
          continue;
        }
        if (last === undefined) await catchUp(client, notice.run, told, tell);
        last = notice.run;
        tell(notice);
        if (isOver(last)) return last;
      }
      if (++failures > RECONNECTS)
        throw new TidegateError('TARGET_UNREACHABLE', 'the stream of the run ends again and again');
    } catch (error) {
      if (!(error instanceof TidegateError)) {
        // The connection broke in mid-stream.
        if (signal.aborted || ++failures > RECONNECTS) throw error;
      } else if (error.code !== 'TARGET_UNREACHABLE' || last === undefined || ++failures > RECONNECTS)
        throw error;
    }
    await pause(RECONNECT_MS, undefined, { signal });
  }
}

export function isOver({ status }: RunDocument): boolean {
  return isEnded(status) || status === 'STALLED';
}

type TaskNotice = Extract<RunNotice, { kind: 'task' }>;

function placeOf({ task, scope }: TaskNotice): string {
  return `${scope} ${task}`;
}

/** Tells what calls had ended before the stream began, each as it stood last. */
async function catchUp(
  client: TidegateClient,
  run: RunDocument,
  told: ReadonlySet<string>,
  tell: (notice: RunNotice) => void,
): Promise<void> {
  const ended = new Map<string, TaskNotice>();
  let cursor: string | undefined;
  for (let page = 0; page < HISTORY_PAGES; page++) {
    const { items, cursor: next } = await client.history(run.workflow, run.id, {
      limit: 1000,
      ...(cursor !== undefined && { cursor }),
    });
    for (const item of items) {
      const notice = noticeOf(item, run);
      if (notice !== undefined && !told.has(placeOf(notice))) ended.set(placeOf(notice), notice);
    }
    if (next === undefined) break;
    cursor = next;
  }
  for (const notice of ended.values()) {
    if ((notice.attempt ?? 1) > 1) tell({ ...notice, state: 'retrying' });
    tell(notice);
  }
}

/** `<workflow>/<run>:<scope>:<trigger>:<activation>.<place>:<attempt>`; triggers inside a task are called `task:part`. */
function noticeOf(item: object, run: RunDocument): TaskNotice | undefined {
  const { completion } = item as { completion?: Completion };
  const prefix = `${run.workflow}/${run.id}:`;
  if (completion === undefined || completion.outcome === 'accepted' || !completion.effect.startsWith(prefix))
    return undefined;
  const [, scope, task, attempt] =
    /^([^:]*):([^:]+)(?::.*)?:\d+\.\d+:(\d+)$/.exec(completion.effect.slice(prefix.length)) ?? [];
  if (scope === undefined || task === undefined) return undefined;
  const error = completion.outcome === 'failed' ? { error: completion.failure.code } : {};
  return { kind: 'task', task, scope, state: completion.outcome, attempt: Number(attempt), ...error };
}
