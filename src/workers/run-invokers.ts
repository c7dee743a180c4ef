import { ACCEPTED, type Invoker, type InvokerCall, type StartRunRequest } from '../actions/index.ts';
import { COMMANDS, type RunParent } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf, splitRunKey } from '../model/run.ts';
import type { Clock } from './clock.ts';
import type { CommandSeal } from './command-seal.ts';
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

/** The command belongs to the trace of the effect. */
function tracedAs({ traceparent }: Effect): Pick<CloudEvent, 'traceparent'> {
  return traceparent === undefined ? {} : { traceparent };
}

/** Starts another workflow's run through the log. Repeated under the same effect id it is dropped as a repeat. */
export function startRunInvoker(to: CommandLog): Invoker {
  return {
    targetOf: (effect) => (effect.request as StartRunRequest).workflow,
    async invoke(effect: Effect, call: InvokerCall) {
      const request = effect.request as StartRunRequest;
      const run = request.run ?? derivedRunId('run', effect.id);
      const parent: RunParent | undefined = request.await
        ? { run: effect.run, effect: effect.id }
        : undefined;
      await appendWithin(
        to,
        {
          specversion: '1.0',
          id: effect.id,
          source: `/${effect.run}`,
          type: COMMANDS.start,
          ...tracedAs(effect),
          workflow: request.workflow,
          run,
          data: {
            input: request.input ?? null,
            ...(request.labels && { labels: request.labels }),
            ...(parent && { parent }),
            ...(request.entry !== undefined && { entry: request.entry }),
            ...(request.version !== undefined && { version: request.version }),
          },
        },
        call,
      );
      return request.await ? ACCEPTED : { workflow: request.workflow, run };
    },
  };
}

/** Tells a waiting run of the end of one it started. */
export function notifyParentInvoker(to: CommandLog): Invoker {
  return {
    targetOf: () => 'log',
    async invoke(effect: Effect, call: InvokerCall) {
      const { parent, ...end } = effect.request as { parent: RunParent; status: string };
      const { workflow, run } = splitRunKey(parent.run);
      await appendWithin(
        to,
        {
          specversion: '1.0',
          id: effect.id,
          source: `/${effect.run}`,
          type: COMMANDS.runEnded,
          ...tracedAs(effect),
          workflow,
          run,
          data: { effect: parent.effect, ...end },
        },
        call,
      );
      return null;
    },
  };
}
