import { murmur2 } from '../model/partition.ts';

/**
 * Shares the partitions out among the members by rendezvous hashing: each goes to the member with the highest score that has
 * room, and each member has room for its even share, rounded up. All who know the same members come to the same answer, and
 * few partitions move when one comes or goes.
 */
export function shareOut(members: readonly string[], partitions: number): ReadonlyMap<number, string> {
  const shares = new Map<number, string>();
  if (members.length === 0) return shares;
  const room = new Map(members.map((member) => [member, Math.ceil(partitions / members.length)]));
  for (let partition = 0; partition < partitions; partition++) {
    let best: string | undefined;
    let bestScore = -1;
    for (const [member, left] of room) {
      if (left === 0) continue;
      const score = scoreOf(member, partition);
      if (score > bestScore || (score === bestScore && member < best!)) {
        best = member;
        bestScore = score;
      }
    }
    shares.set(partition, best!);
    room.set(best!, room.get(best!)! - 1);
  }
  return shares;
}

function scoreOf(member: string, partition: number): number {
  return murmur2(Buffer.from(`${partition}/${member}`, 'utf8')) >>> 0;
}
