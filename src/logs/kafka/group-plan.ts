import { murmur2 } from '../../model/partition.ts';

/** A member of the group as it joins. */
export interface GroupMember {
  readonly id: string;
  /** Partitions it has, and has not let go of yet. */
  readonly owned: readonly number[];
  /** The generation it had them in: of two that claim one partition, the later is right. */
  readonly generation: number;
}

/**
 * Who gets which partition. Shares differ by one at the most; whoever has a partition keeps it as long as that allows, and
 * what has to move goes by rendezvous hashing. A partition that its owner has yet to let go of is nobody's in this
 * generation: the owner sees that it is not his any more, lets go, and joins again.
 */
export function planGroup(members: readonly GroupMember[], partitions: number): Map<string, number[]> {
  const owners = ownersOf(members, partitions);
  const target = targetOf(members, owners, partitions);
  const plan = new Map(members.map(({ id }) => [id, [] as number[]]));
  for (const [partition, id] of target.entries()) {
    const owner = owners.get(partition);
    if (owner === undefined || owner === id) plan.get(id)!.push(partition);
  }
  return plan;
}

function ownersOf(members: readonly GroupMember[], partitions: number): Map<number, string> {
  const owners = new Map<number, string>();
  const since = new Map<number, number>();
  for (const { id, owned, generation } of members) {
    for (const partition of owned) {
      if (partition >= partitions || generation <= (since.get(partition) ?? Number.NEGATIVE_INFINITY))
        continue;
      owners.set(partition, id);
      since.set(partition, generation);
    }
  }
  return owners;
}

/** By partition, the member that is to have it in the end. */
function targetOf(
  members: readonly GroupMember[],
  owners: ReadonlyMap<number, string>,
  partitions: number,
): readonly string[] {
  const kept = new Map(members.map(({ id }) => [id, [] as number[]]));
  for (const [partition, id] of owners) kept.get(id)!.push(partition);
  const ids = [...kept.keys()].sort((a, b) => kept.get(b)!.length - kept.get(a)!.length || (a < b ? -1 : 1));
  const share = Math.floor(partitions / ids.length);
  const larger = partitions % ids.length;
  const room = new Map(ids.map((id, i) => [id, share + (i < larger ? 1 : 0)]));
  const target: string[] = [];
  for (const id of ids) {
    const stay = kept.get(id)!.sort((a, b) => weight(id, b) - weight(id, a) || a - b);
    for (const partition of stay.slice(0, room.get(id)!)) target[partition] = id;
    room.set(id, Math.max(0, room.get(id)! - stay.length));
  }
  for (let partition = 0; partition < partitions; partition += 1) {
    if (target[partition] !== undefined) continue;
    const open = ids.filter((id) => room.get(id)! > 0);
    const best = open.reduce((a, b) => (weight(b, partition) > weight(a, partition) ? b : a));
    target[partition] = best;
    room.set(best, room.get(best)! - 1);
  }
  return target;
}

function weight(member: string, partition: number): number {
  return murmur2(Buffer.from(`${member}/${partition}`)) >>> 0;
}
