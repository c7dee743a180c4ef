import type { Operation } from '../../../actions/index.ts';
import {
  COMMANDS,
  type CommandData,
  type HistoryEntry,
  type Outbox,
  type RunState,
  type WatchedFiring,
} from '../../../engine/index.ts';
import { type CloudEvent, EVENT_TYPES } from '../../../model/cloud-event.ts';
import type { Effect } from '../../../model/effect.ts';
import { Chronicle } from './chronicle.ts';
import { endDetails } from './ends.ts';
import {
  assignedDetails,
  type EventDetails,
  type ExecutionEvent,
  inputDetails,
  outputDetails,
} from './execution-event.ts';
import { evaluationDetails, isEvaluation, isOwnFault } from './faults.ts';
import { ForkedPaths } from './forks.ts';
import { MapRuns } from './map-runs.ts';
import { type NamedState, partsOf, type Role } from './states.ts';
import { TaskCall } from './task-calls.ts';

export interface ObservedMachine {
  readonly states: ReadonlyMap<string, NamedState>;
  /** Of the integrations, as TaskScheduled tells it. */
  readonly region: string;
  /** What ExecutionStarted tells beside the input. */
  readonly start: EventDetails;
  readonly mapRunArn: (label: string, id: string) => string;
}

/** Only who has the task can send them. */
const REPORTS: ReadonlySet<string> = new Set([
  COMMANDS.callbackSuccess,
  COMMANDS.callbackFailure,
  COMMANDS.callbackHeartbeat,
  COMMANDS.runEnded,
]);

/** Follows a run as it is stepped, and writes down what the service would have. */
export class ExecutionObserver {
  readonly log = new Chronicle();
  readonly #machine: ObservedMachine;
  readonly #paths: ForkedPaths;
  readonly #mapRuns: MapRuns;
  readonly #calls = new Map<string, TaskCall>();
  #ended = false;

  constructor(machine: ObservedMachine) {
    this.#machine = machine;
    this.#mapRuns = new MapRuns(this.log, machine.mapRunArn);
    this.#paths = new ForkedPaths(this.log, this.#mapRuns);
  }

  /** Has the outbox tell what it needs to know. */
  listen(out: Outbox): void {
    out.tap = (_run, event) => this.#delivered(event);
    out.watch = (run, firing) => this.#fired(run, firing, out);
  }

  /** An input is about to be applied. */
  before({ effects }: RunState, entry: HistoryEntry): void {
    this.log.now = entry.now;
    const call = (effect: string) => (effects?.has(effect) ? this.#calls.get(effect) : undefined);
    if (entry.kind === 'completion' && entry.completion.outcome === 'accepted')
      call(entry.completion.effect)?.accept();
    if (entry.kind === 'command' && REPORTS.has(entry.event.type)) {
      const { effect, worker } = entry.event.data as CommandData;
      call(effect!)?.beat(worker);
    }
  }

  /** It was applied. */
  after(run: RunState): void {
    if (!run.ended || this.#ended) return;
    this.#ended = true;
    const { type, details, beside } = endDetails(run);
    if (beside) this.log.mark(type, details);
    else this.log.add('', type, details);
  }

  /**
   * The run goes on after the end that `before` tells of. This observer has seen it come to where it stands now; what it waits
   * for is called again.
   */
  resume(run: RunState, before: readonly ExecutionEvent[], redriveCount: number, now: number): void {
    this.#paths.redrive(this.log.resume(before, now, 'ExecutionRedriven', { redriveCount }));
    this.#calls.clear();
    for (const effect of run.effects?.values() ?? []) {
      const state = this.#machine.states.get(partsOf(effect.trigger).slug);
      if (state !== undefined) this.#called(state, effect);
    }
  }

  #delivered(event: CloudEvent): void {
    const { type, subject = '', scope: path = '', data } = event;
    if (type === EVENT_TYPES.runStarted || type === EVENT_TYPES.runEntered) {
      this.log.mark('ExecutionStarted', { ...inputDetails(data), ...this.#machine.start });
      return;
    }
    const state = this.#machine.states.get(subject);
    if (state === undefined) return;
    if (type === EVENT_TYPES.stateEntered) {
      this.#paths.enter(path, state);
      this.log.add(path, `${state.state.Type}StateEntered`, { name: state.name, ...inputDetails(data) });
    } else if (type === EVENT_TYPES.scopeStarted) {
      this.#paths.start(path, state, (data as { index: number }).index);
    } else if (type === EVENT_TYPES.taskSucceeded) {
      this.#calls.get(event.id)?.succeed(data);
      this.#calls.delete(event.id);
    } else if (type === EVENT_TYPES.taskFailed) {
      this.#calls.get(event.id)?.fail(data);
      this.#calls.delete(event.id);
    }
  }

  #fired(run: RunState, firing: WatchedFiring, out: Outbox): void {
    const { slug, role } = partsOf(firing.trigger.id);
    const state = this.#machine.states.get(slug);
    const effects = out.effects.splice(0);
    if (state === undefined) return;
    if (firing.outcome === 'error') this.#failed(role, state, firing);
    else this.#done(role, state, firing, run);
    for (const effect of effects) this.#called(state, effect);
    for (const operation of firing.operations) this.#endedScope(operation, firing.scope);
  }

  #called({ state }: NamedState, effect: Effect): void {
    if (state.Type !== 'Task') return;
    const call = new TaskCall(this.log, effect);
    this.#calls.set(effect.id, call);
    call.schedule(state, this.#machine.region);
  }

  /** What an outcome tells of its state, before what it leads to. */
  #done(role: Role, state: NamedState, firing: WatchedFiring, run: RunState): void {
    const { scope: path, outcome, event, operations } = firing;
    const { Type } = state.state;
    switch (role) {
      case 'enter':
        if (Type === 'Map' || Type === 'Parallel') this.#opened(state, firing, run);
        else if (Type !== 'Fail') this.#exited(state, path, operations);
        break;
      case 'join':
        if (outcome === 'failed') this.#paths.abort(path, state, !isOwnFault(failureOf(operations)));
        else if (!operations.some(({ op }) => op === 'invoke')) this.#joined(state, path, operations);
        break;
      case 'written':
        this.#joined(state, path, operations);
        break;
      case 'failed':
        this.#handled(state, path, outcome, operations, event?.data);
        break;
      case 'wait':
      case 'succeeded':
        this.#exited(state, path, operations);
        break;
    }
  }

  #opened(state: NamedState, { scope: path, operations, event }: WatchedFiring, run: RunState): void {
    const fork = operations.find(({ op }) => op === 'fork');
    const count = fork?.op !== 'fork' ? 0 : typeof fork.items === 'number' ? fork.items : fork.items.length;
    const { Type } = state.state;
    const started = this.log.add(path, `${Type}StateStarted`, ...(Type === 'Map' ? [{ length: count }] : []));
    this.#paths.fork(path, state, started);
    if (!this.#mapRuns.start(state, path, `${run.id}-${event?.token?.turn ?? 0}`)) return;
    this.#paths.fork(path, state, this.log.tail(path));
  }

  /** All scopes of the state ended well. */
  #joined(state: NamedState, path: string, operations: readonly Operation[]): void {
    this.#mapRuns.succeed(state, path);
    this.log.note(path, `${state.state.Type}StateSucceeded`);
    this.#exited(state, path, operations);
  }

  #handled(
    state: NamedState,
    path: string,
    outcome: string,
    operations: readonly Operation[],
    data: unknown,
  ): void {
    this.#mapRuns.fail(state, path, data);
    if (outcome.startsWith('retry:')) return;
    const isCaught = outcome.startsWith('catch:');
    this.#stateFailed(state, path, isCaught || !isOwnFault(data));
    if (isCaught) this.#exited(state, path, operations);
  }

  /** A transition could not be planned. */
  #failed(role: Role, state: NamedState, { scope: path, fault, operations }: WatchedFiring): void {
    if (fault === undefined) return;
    const { forkWidth } = fault.details ?? {};
    if (forkWidth !== undefined) this.log.add(path, `${state.state.Type}StateStarted`, { length: forkWidth });
    if (role === 'join' || role === 'written') {
      this.#mapRuns.succeed(state, path);
      this.log.note(path, `${state.state.Type}StateSucceeded`);
    }
    if (isEvaluation(fault)) this.log.add(path, 'EvaluationFailed', evaluationDetails(fault, state.name));
    // What a catcher could not make leaves the state failed for good.
    if (role === 'failed') this.#stateFailed(state, path, !isOwnFault(failureOf(operations)));
  }

  #stateFailed({ state: { Type } }: NamedState, path: string, told: boolean): void {
    if (told && (Type === 'Map' || Type === 'Parallel')) this.log.add(path, `${Type}StateFailed`);
  }

  #exited({ name, state: { Type } }: NamedState, path: string, operations: readonly Operation[]): void {
    const output = outputOf(operations);
    if (output === undefined) return;
    const assigned = operations.find(({ op }) => op === 'set');
    this.#paths.leave(path);
    this.log.add(path, `${Type}StateExited`, {
      name,
      ...outputDetails(output.value),
      ...(assigned?.op === 'set' && assignedDetails(assigned.values)),
    });
  }

  #endedScope(operation: Operation, path: string): void {
    if (operation.op !== 'end-scope') return;
    const { outcome, result } = operation;
    this.#paths.end(path, outcome, outcome === 'succeeded' || !isOwnFault(result));
  }
}

/** What the operations pass on; undefined: the state is not left by them. */
function outputOf(operations: readonly Operation[]): { readonly value: unknown } | undefined {
  for (const operation of operations) {
    if (operation.op === 'emit' && operation.type === EVENT_TYPES.stateEntered)
      return { value: operation.data };
    if (operation.op === 'complete') return { value: operation.output };
    if (operation.op === 'end-scope' && operation.outcome === 'succeeded') return { value: operation.result };
  }
  return undefined;
}

/** `{error, cause}` that the operations fail something with. */
function failureOf(operations: readonly Operation[]): unknown {
  for (const operation of operations) {
    if (operation.op === 'emit' && operation.type === EVENT_TYPES.taskFailed) return operation.data;
    if (operation.op === 'end-scope') return operation.result;
    if (operation.op === 'fail') return operation;
  }
  return undefined;
}
