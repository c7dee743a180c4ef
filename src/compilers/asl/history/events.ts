import {
  type CompiledWorkflow,
  emptyOutbox,
  freshRun,
  type HistoryEntry,
  type ReplayedRun,
  replayInput,
} from '../../../engine/index.ts';
import { EXECUTION_LABELS } from '../../../model/execution-labels.ts';
import { splitRunKey } from '../../../model/run.ts';
import {
  type ArnScope,
  aliasArn,
  DEFAULT_ARN_SCOPE,
  mapRunArn,
  versionArn,
} from '../../../model/step-functions-arns.ts';
import type { StateMachine } from '../model.ts';
import type { EventDetails, ExecutionEvent } from './execution-event.ts';
import { ExecutionObserver } from './observer.ts';
import { statesBySlug } from './states.ts';

export interface ExecutionHistoryOptions {
  /** Of the ARNs in it. */
  readonly arns?: ArnScope;
  /** Of the machine; where absent, what the run's labels say. */
  readonly roleArn?: string;
}

/**
 * The history of a run of a state machine as AWS Step Functions would tell it, oldest event first, recomputed from the inputs
 * that the run's own history holds. Of a history that was cut off at its limit, it is that up to the cut.
 *
 * @param workflow compiled from `machine`
 */
export function executionEvents(
  machine: StateMachine,
  workflow: CompiledWorkflow,
  run: ReplayedRun,
  history: Iterable<HistoryEntry>,
  { arns = DEFAULT_ARN_SCOPE, roleArn }: ExecutionHistoryOptions = {},
): readonly ExecutionEvent[] {
  const { workflow: name } = splitRunKey(run.key);
  const observer = new ExecutionObserver({
    states: statesBySlug(machine, workflow),
    region: arns.region,
    start: startDetails(arns, name, run, roleArn),
    mapRunArn: (label, id) => mapRunArn(arns, name, label, id),
  });
  const replayed = freshRun(workflow.version, run);
  const out = emptyOutbox();
  observer.listen(out);
  for (const entry of history) {
    observer.before(entry);
    replayInput(workflow, replayed, entry, out);
    observer.after(replayed, entry);
  }
  return observer.log.events;
}

function startDetails(
  arns: ArnScope,
  workflow: string,
  { labels = {} }: ReplayedRun,
  roleArn = labels[EXECUTION_LABELS.role],
): EventDetails {
  const { [EXECUTION_LABELS.version]: version, [EXECUTION_LABELS.alias]: alias } = labels;
  return {
    roleArn: roleArn ?? `arn:${arns.partition}:iam::${arns.account}:role/tidegate`,
    ...(version !== undefined && { stateMachineVersionArn: versionArn(arns, workflow, Number(version)) }),
    ...(alias !== undefined && { stateMachineAliasArn: aliasArn(arns, workflow, alias) }),
  };
}
