import type { EventLog } from '../logs/event-log.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import { partitionOf } from '../model/partition.ts';
import { runKeyOf } from '../model/run.ts';
import type { Definitions } from './definitions.ts';
import { keyOf, routesOf } from './router.ts';

/**
 * Appends events to the partitions of the runs they are for: those they name, else those that want them. Resolves once the
 * log has them all; rejects as `EventLog.append` does.
 */
export async function appendEvents(
  log: EventLog,
  definitions: Definitions,
  events: readonly CloudEvent[],
): Promise<void> {
  const byPartition = new Map<number, string[]>();
  const add = (key: string, event: CloudEvent) => {
    const partition = partitionOf(key, log.partitions);
    const values = byPartition.get(partition);
    if (values === undefined) byPartition.set(partition, [JSON.stringify(event)]);
    else values.push(JSON.stringify(event));
  };
  for (const event of events) {
    if (event.workflow !== undefined && event.run !== undefined) {
      add(runKeyOf(event.workflow, event.run), event);
      continue;
    }
    const routes = await routesOf(event, definitions);
    // Nobody's event is kept all the same: its partition makes it a dead letter with the reason.
    if (routes.length === 0) add(runKeyOf(event.workflow ?? '', ''), event);
    for (const route of routes) add(keyOf(route), { ...event, workflow: route.workflow, run: route.run });
  }
  await Promise.all([...byPartition].map(([partition, values]) => log.append(partition, values)));
}
