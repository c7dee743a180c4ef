import { ACCEPTED, type Invoker, type InvokerCall, type StartRunRequest } from '../actions/index.ts';
import { COMMANDS, type RevokeRequest, type RunParent } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf, splitRunKey } from '../model/run.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { Clock } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
import { type ExecutionParent, executionReport, isExecutionParent } from './execution-report.ts';
import { appendPatiently } from './patient-append.ts';
import { derivedRunId } from './router.ts';

export interface CommandLog {
  readonly log: EventLog;
  readonly seal?: CommandSeal | undefined;
  /** Without it an append that fails is not tried again. */
  readonly clock?: Clock;
}

/** Appends a command to the partition of the run it is for; resolves once the log has it. */
export async function appendCommand({ log, seal }: CommandLog, event: CloudEvent): Promise<void> {
  const key = runKeyOf(event.workflow!, event.run!);
  const text = JSON.stringify(event);
  await log.append(partitionOf(key, log.partitions), [seal?.seal(text) ?? text]);
}

function appendWithin(to: CommandLog, event: CloudEvent, { signal }: InvokerCall): Promise<void> {
  return appendPatiently(() => appendCommand(to, event), to.clock, signal);
}

/** Appends a command that an effect gives; it has the effect's id, so that it is dropped as a repeat when it comes again. */
export function sendCommand(
  to: CommandLog,
  effect: Effect,
  command: Pick<CloudEvent, 'type' | 'workflow' | 'run' | 'data'>,
  call: InvokerCall,
): Promise<void> {
  const { id, run } = effect;
  return appendWithin(
    to,
    { specversion: '1.0', id, source: `/${run}`, ...tracedAs(effect), ...command },
    call,
  );
}

/** The command belongs to the trace of the effect. */
function tracedAs({ traceparent }: Effect): Pick<CloudEvent, 'traceparent'> {
  return traceparent === undefined ? {} : { traceparent };
}

/** The run that an effect of `start-run` starts. */
function startedBy({ id, request }: Effect): { readonly workflow: string; readonly run: string } {
  const { workflow, run = derivedRunId('run', id) } = request as StartRunRequest;
  return { workflow, run };
}

/** Starts another workflow's run through the log. Repeated under the same effect id it is dropped as a repeat. */
export function startRunInvoker(to: CommandLog): Invoker {
  return {
    patient: true,
    targetOf: (effect) => (effect.request as StartRunRequest).workflow,
    async invoke(effect: Effect, call: InvokerCall) {
      const request = effect.request as StartRunRequest;
      const { run } = startedBy(effect);
      const parent: RunParent | undefined = request.await
        ? { run: effect.run, effect: effect.id }
        : undefined;
      const { workflow } = request;
      const data = {
        input: request.input ?? null,
        ...(request.labels && { labels: request.labels }),
        ...(parent && { parent }),
        ...(request.entry !== undefined && { entry: request.entry }),
        ...(request.version !== undefined && { version: request.version }),
      };
      await sendCommand(to, effect, { type: COMMANDS.start, workflow, run, data }, call);
      return request.await ? ACCEPTED : { workflow: request.workflow, run };
    },
    revoke: (effect, call) => cancelStarted(to, effect, startedBy(effect), call),
  };
}

/** Ends what dropped effects started, where their invokers can. */
export function revokeInvoker(invokers: ReadonlyMap<string, Invoker>): Invoker {
  return {
    targetOf: (effect) => (effect.request as RevokeRequest).effect.kind,
    async invoke(effect: Effect, call: InvokerCall) {
      const { effect: dropped } = effect.request as RevokeRequest;
      await invokers.get(dropped.kind)?.revoke?.(dropped, call);
      return null;
    },
  };
}

/** The command that cancels a run which an effect started; it has an id of its own beside the start's. */
export function cancelStarted(
  to: CommandLog,
  { id, run: from }: Effect,
  { workflow, run }: { readonly workflow: string; readonly run: string },
  call: InvokerCall,
): Promise<void> {
  const data = { reason: `run ${from}, which waited for it, waits no longer` };
  return appendWithin(
    to,
    {
      specversion: '1.0',
      id: `${id}:revoked`,
      source: `/${from}`,
      type: COMMANDS.cancel,
      workflow,
      run,
      data,
    },
    call,
  );
}

/** Tells a waiting run of the end of one it started. `store`: where the run's own end is read, for whoever wants all of it. */
export function notifyParentInvoker(to: CommandLog & { readonly store?: StateStore }): Invoker {
  return {
    targetOf: () => 'log',
    async invoke(effect: Effect, call: InvokerCall) {
      const { parent, ...end } = effect.request as { parent: RunParent; status: string };
      const { workflow, run } = splitRunKey(parent.run);
      const head = isExecutionParent(parent) ? (await to.store?.getRun(effect.run))?.head : undefined;
      const report = head === undefined ? end : executionReport(head, parent as ExecutionParent);
      const data = { effect: parent.effect, ...report };
      await sendCommand(to, effect, { type: COMMANDS.runEnded, workflow, run, data }, call);
      return null;
    },
  };
}
