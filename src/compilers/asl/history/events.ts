import {
  beginRedrive,
  COMMANDS,
  type CompiledWorkflow,
  emptyOutbox,
  freshRun,
  type HistoryEntry,
  type ReplayedRun,
  type RunState,
  replayInput,
  stepWithoutFailures,
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
import { ExecutionObserver, type ObservedMachine } from './observer.ts';
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
  options: ExecutionHistoryOptions = {},
): readonly ExecutionEvent[] {
  const told = executionTelling(machine, workflow, run, options);
  for (const entry of history) told.take(entry);
  return told.events;
}

/** The same, of a run whose inputs are not all known yet. */
export function executionTelling(
  machine: StateMachine,
  workflow: CompiledWorkflow,
  run: ReplayedRun,
  { arns = DEFAULT_ARN_SCOPE, roleArn }: ExecutionHistoryOptions = {},
): ExecutionTelling {
  const { workflow: name } = splitRunKey(run.key);
  return new Retelling(workflow, run, {
    states: statesBySlug(machine, workflow),
    region: arns.region,
    start: startDetails(arns, name, run, roleArn),
    mapRunArn: (label, id) => mapRunArn(arns, name, label, id),
  });
}

/** A history that grows with the inputs it is given. */
export interface ExecutionTelling {
  /** So far, oldest first. */
  readonly events: readonly ExecutionEvent[];
  /** The next input of the run. */
  take(entry: HistoryEntry): void;
}

/** A run that is stepped again, and who looks on. */
class Retelling implements ExecutionTelling {
  readonly #workflow: CompiledWorkflow;
  readonly #start: ReplayedRun;
  readonly #machine: ObservedMachine;
  readonly #taken: HistoryEntry[] = [];
  #run: RunState;
  #observer: ExecutionObserver;
  #out = emptyOutbox();
  #redrives = 0;

  constructor(workflow: CompiledWorkflow, start: ReplayedRun, machine: ObservedMachine) {
    this.#workflow = workflow;
    this.#start = start;
    this.#machine = machine;
    this.#run = freshRun(workflow.version, start);
    this.#observer = new ExecutionObserver(machine);
    this.#observer.listen(this.#out);
  }

  get events(): readonly ExecutionEvent[] {
    return this.#observer.log.events;
  }

  take(entry: HistoryEntry): void {
    if (entry.kind === 'command' && entry.event.type === COMMANDS.redrive) this.#redrive(entry.now);
    else {
      this.#observer.before(this.#run, entry);
      replayInput(this.#workflow, this.#run, entry, this.#out);
      this.#observer.after(this.#run);
    }
    this.#taken.push(entry);
  }

  #redrive(now: number): void {
    const before = this.events;
    const observer = new ExecutionObserver(this.#machine);
    this.#run = freshRun(this.#workflow.version, this.#start);
    this.#out = emptyOutbox();
    observer.listen(this.#out);
    stepWithoutFailures(this.#workflow, this.#run, this.#taken, this.#out);
    beginRedrive(this.#workflow, this.#run, now);
    observer.resume(this.#run, before, ++this.#redrives, now);
    this.#observer = observer;
  }
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
