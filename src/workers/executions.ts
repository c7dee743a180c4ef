import type { ChildResult, ExecutionStart, Executions } from '../actions/index.ts';

import { COMMANDS, decodeBody } from '../engine/index.ts';
import type { Effect } from '../model/effect.ts';
import { EXECUTION_LABELS } from '../model/execution-labels.ts';
import { isEnded, runKeyOf, splitRunKey } from '../model/run.ts';
import { expressRun, stateMachineArn } from '../model/step-functions-arns.ts';
import type { RunFilter, RunHead, StateStore } from '../stores/state-store.ts';
import type { Clock } from './clock.ts';
import type { Definitions } from './definitions.ts';
import { descriptionOf, type ExecutionParent } from './execution-report.ts';
import { executionTarget } from './execution-target.ts';
import { derivedRunId } from './router.ts';
import { type CommandLog, cancelStarted, sendCommand } from './run-invokers.ts';

export interface ExecutionsDependencies extends CommandLog {
  readonly store: StateStore;
  readonly definitions: Definitions;
  readonly clock: Clock;
}

/** Says which task started a run whose name was given, so that the same task finds it again. */
const STARTED_BY = 'step-functions.started-by';
/** Runs read at once. */
const PAGE = 1_000;

/** Starts runs for tasks that start executions, through the log. */
export function executions(deps: ExecutionsDependencies): Executions {
  const { store, clock } = deps;
  return {
    async start({ workflow, run: named, input, labels, report, stateMachineArn: arn }, effect, call) {
      const placed = await placeOf(
        deps,
        { workflow, labels, ...(named !== undefined && { run: named }) },
        effect,
      );
      if (placed === undefined) return 'no-workflow';
      const { run, cause, target } = placed;
      const head = named === undefined ? undefined : (await store.getRun(runKeyOf(workflow, run)))?.head;
      const isOwn = head?.labels?.[STARTED_BY] === cause;
      if (head !== undefined && !isOwn) {
        const same = report === undefined && isSame(head, input);
        return same ? { run, startedAt: head.startedAt, labels: target.labels } : 'exists';
      }
      const parent: ExecutionParent | undefined = report && {
        run: effect.run,
        effect: effect.id,
        report,
        stateMachineArn: arn,
      };
      const data = {
        input,
        ...(target.workflowVersion !== undefined && { version: target.workflowVersion }),
        labels: { ...target.labels, ...(named !== undefined && { [STARTED_BY]: cause }) },
        ...(parent && { parent }),
      };
      await sendCommand(deps, effect, { type: COMMANDS.start, workflow, run, data }, call);
      return { run, startedAt: head?.startedAt ?? clock.now(), labels: target.labels };
    },
    async stop(start, effect, call) {
      const placed = await placeOf(deps, start, effect);
      if (placed === undefined) return;
      const { run, cause } = placed;
      const { workflow } = start;
      if (start.run !== undefined) {
        const head = (await store.getRun(runKeyOf(workflow, run)))?.head;
        if (head?.labels?.[STARTED_BY] !== cause) return;
      }
      await cancelStarted(deps, effect, { workflow, run }, call);
    },
    async ofMapRun({ run }, mapRun, arns) {
      const { workflow } = splitRunKey(run);
      const label = mapRun.slice(0, mapRun.indexOf(':'));
      const described = { report: 'sync' as const, stateMachineArn: stateMachineArn(arns, workflow, label) };
      const startedFrom = (await store.getRun(run))?.head.startedAt;
      const filter: RunFilter = {
        workflow,
        label: [EXECUTION_LABELS.mapRun, mapRun],
        ...(startedFrom !== undefined && { startedFrom }),
      };
      // The newest come first: of an item that was begun anew by a redrive, the last child counts.
      const children = new Map<string, ChildResult>();
      let cursor: string | undefined;
      do {
        const page = await store.listRuns(filter, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
        for (const head of page.items) {
          const item = head.labels?.[EXECUTION_LABELS.mapItem] ?? head.key;
          if (!children.has(item)) children.set(item, childOf(descriptionOf(head, described)));
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
      return [...children]
        .toSorted(([one], [other]) => Number(one) - Number(other))
        .map(([, child]) => child);
    },
  };
}

/** The run that an effect's execution is, and what its machine says of it; undefined where there is no such machine. */
async function placeOf(
  { store, definitions }: ExecutionsDependencies,
  { workflow, run: named, labels }: Pick<ExecutionStart, 'workflow' | 'run' | 'labels'>,
  { id }: Effect,
) {
  if ((await definitions.newest(workflow)) === undefined) return undefined;
  const name = named ?? derivedRunId('run', id);
  const cause = derivedRunId('start', id);
  const target = await executionTarget(store.getRecord.bind(store), workflow, labels, name);
  if (target === undefined) return undefined;
  return { run: target.type === 'EXPRESS' ? expressRun(name, cause) : name, cause, target };
}

/** Files of results have times as texts. */
function childOf(description: Record<string, unknown>): ChildResult {
  return {
    ...description,
    StartDate: new Date(description['StartDate'] as number).toISOString(),
    StopDate: new Date(description['StopDate'] as number).toISOString(),
  } as unknown as ChildResult;
}

/** The same name with the same input means the execution that is under way. */
function isSame(head: RunHead, input: unknown): boolean {
  return !isEnded(head.status) && JSON.stringify(decodeBody(head.body).input) === JSON.stringify(input);
}
