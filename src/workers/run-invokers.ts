import { ACCEPTED, type Invoker, type StartRunRequest } from '../actions/index.ts';
import { COMMANDS, type RunParent } from '../engine/index.ts';
import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { Effect } from '../model/effect.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf, splitRunKey } from '../model/run.ts';
import { derivedRunId } from './router.ts';

/** Appends a command to the partition of the run it is for; resolves once the log has it. */
export async function appendCommand(log: EventLog, event: CloudEvent): Promise<void> {
  const key = runKeyOf(event.workflow!, event.run!);
  await log.append(partitionOf(key, log.partitions), [JSON.stringify(event)]);
}

/** Starts another workflow's run through the log. Repeated under the same effect id it is dropped as a repeat. */
export function startRunInvoker(log: EventLog): Invoker {
  return {
    targetOf: (effect) => (effect.request as StartRunRequest).workflow,
    async invoke(effect: Effect) {
      const request = effect.request as StartRunRequest;
      const run = request.run ?? derivedRunId('run', effect.id);
      const parent: RunParent | undefined = request.await
        ? { run: effect.run, effect: effect.id }
        : undefined;
      await appendCommand(log, {
        specversion: '1.0',
        id: effect.id,
        source: `/${effect.run}`,
        type: COMMANDS.start,
        workflow: request.workflow,
        run,
        data: {
          input: request.input ?? null,
          ...(request.labels && { labels: request.labels }),
          ...(parent && { parent }),
        },
      });
      return request.await ? ACCEPTED : { workflow: request.workflow, run };
    },
  };
}

/** Tells a waiting run of the end of one it started. */
export function notifyParentInvoker(log: EventLog): Invoker {
  return {
    targetOf: () => 'log',
    async invoke(effect: Effect) {
      const { parent, ...end } = effect.request as { parent: RunParent; status: string };
      const { workflow, run } = splitRunKey(parent.run);
      await appendCommand(log, {
        specversion: '1.0',
        id: effect.id,
        source: `/${effect.run}`,
        type: COMMANDS.runEnded,
        workflow,
        run,
        data: { effect: parent.effect, ...end },
      });
      return null;
    },
  };
}
