import { MemoryLog } from '../../src/logs/index.ts';
import { eventLogConformance } from '../conformance/event-log.ts';

eventLogConformance('memory', async () => {
  const log = new MemoryLog({ partitions: 2, keepRecords: 3 });
  // Retention keeps three records below the position; a position so far beyond makes it forget those below `before`.
  return { log, forget: async (partition, before) => forget(log, partition, before) };
});

async function forget(log: MemoryLog, partition: number, before: number): Promise<void> {
  while ((await log.head(partition)) < before + 3) await log.append(partition, ['"filler"']);
  await log.commit(partition, before + 3);
}
