import type { Assigner } from '../logs/index.ts';

/** Where one process is all there is: every partition is its own, for as long as it lives. */
export function ownAll(partitions: number): Assigner {
  return {
    troubles: [],
    async join(handler) {
      for (let partition = 0; partition < partitions; partition++) handler.assigned(partition, 0);
    },
    confirm: async () => true,
    async leave() {},
  };
}
