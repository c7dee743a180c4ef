import { LIMITS } from '../../src/model/limits.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { DataFolder } from '../logs/embedded.ts';

stateStoreConformance('sqlite', async ({ partitions, finishedRuns, deadLetters, now }) => {
  const folder = new DataFolder();
  const limits = { ...LIMITS, finishedRuns, deadLetters };
  const { store } = await folder.open({ partitions, limits, now });
  return {
    store,
    // A list folds the journal into rows.
    settle: async () => {
      await store.listRuns({}, { limit: 1 });
    },
    dispose: () => folder.remove(),
  };
});
