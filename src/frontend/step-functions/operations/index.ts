import type { Operation } from '../service.ts';
import { activityOperations } from './activities.ts';
import { aliasOperations } from './aliases.ts';
import { executionOperations } from './executions.ts';
import { historyOperations } from './history.ts';
import { listOperations } from './list-executions.ts';
import { machineOperations } from './machines.ts';
import { mapRunOperations } from './map-runs.ts';
import { startOperations } from './start-execution.ts';
import { tagOperations } from './tags.ts';
import { taskOperations } from './tasks.ts';
import { testOperations } from './test-state.ts';
import { versionOperations } from './versions.ts';

/** The operations of the service by their names. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...machineOperations,
    ...versionOperations,
    ...aliasOperations,
    ...startOperations,
    ...executionOperations,
    ...listOperations,
    ...historyOperations,
    ...mapRunOperations,
    ...taskOperations,
    ...activityOperations,
    ...testOperations,
    ...tagOperations,
  }),
);
