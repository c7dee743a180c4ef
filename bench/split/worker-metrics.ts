import { request } from 'undici';
import type { RoleProcess } from './role-process.ts';

/** The partitions a worker says it owns. */
export async function ownedBy(worker: RoleProcess): Promise<number[]> {
  const { body } = await request(`${await worker.address()}/metrics`);
  const text = await body.text();
  return [...text.matchAll(/^tidegate_partition_position\{partition="(\d+)"\}/gm)].map((found) =>
    Number(found[1]),
  );
}

const POLL_MS = 100;

/** Resolves with what each owns, once all partitions are owned and each worker has its even share. */
export async function settled(
  workers: readonly RoleProcess[],
  partitions: number,
  limitMs = 60_000,
): Promise<number[][]> {
  const end = performance.now() + limitMs;
  const share = Math.floor(partitions / workers.length);
  for (;;) {
    const owned = await Promise.all(workers.map(ownedBy));
    const all = new Set(owned.flat());
    if (all.size === partitions && owned.flat().length === partitions) {
      if (owned.every((each) => each.length >= share)) return owned;
    }
    if (performance.now() > end) throw new Error(`the workers own ${JSON.stringify(owned)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
