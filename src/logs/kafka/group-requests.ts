import { AssignerProtocol } from 'kafkajs';
import { TidegateError } from '../../model/errors.ts';
import type { JoinedGroup, KafkaCluster, WireBroker } from './cluster.ts';
import { type GroupMember, planGroup } from './group-plan.ts';
import { hasType } from './protocol-errors.ts';

/** The name under which members agree on the plan; another plan would need another. */
const PROTOCOL = 'tidegate';

/** What the right coordinator says of the group. */
const GROUP_ANSWERS = [
  'REBALANCE_IN_PROGRESS',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
];

export interface GroupOptions {
  readonly group: string;
  readonly partitions: number;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
}

/** What a member has in one generation of the group. */
export interface Membership {
  readonly id: string;
  readonly generation: number;
  readonly partitions: ReadonlySet<number>;
  /** How many partitions nobody has, as their owners have yet to let go of them: the group changes again when they have. */
  readonly moving: number;
}

interface Claim {
  readonly owned: readonly number[];
  readonly generation: number;
}

/** The requests by which a process takes part in the consumer group. All reject with whatever kafkajs throws. */
export class GroupRequests {
  readonly #cluster: KafkaCluster;
  readonly #options: GroupOptions;
  #coordinator: WireBroker | undefined;

  constructor(cluster: KafkaCluster, options: GroupOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /**
   * Waits until all members have joined. `id` is empty the first time. Whoever joins again without the id he was given is
   * another member, and the group waits for the one he was until that one's session is over.
   */
  async join(id: string, claim: Claim): Promise<JoinedGroup> {
    const { group, sessionMs, rebalanceMs } = this.#options;
    const { topic } = this.#cluster;
    const userData = Buffer.from(JSON.stringify(claim));
    const metadata = AssignerProtocol.MemberMetadata.encode({ version: 1, topics: [topic], userData });
    return this.#ask((coordinator) =>
      coordinator.joinGroup({
        groupId: group,
        sessionTimeout: sessionMs,
        rebalanceTimeout: rebalanceMs,
        memberId: id,
        groupProtocols: [{ name: PROTOCOL, metadata }],
      }),
    );
  }

  /** What the member has in the generation it joined; the leader shares out. Waits for the leader. */
  async share(joined: JoinedGroup): Promise<Membership> {
    const { group } = this.#options;
    const { memberAssignment } = await this.#ask((coordinator) =>
      coordinator.syncGroup({
        groupId: group,
        generationId: joined.generationId,
        memberId: joined.memberId,
        groupAssignment: joined.memberId === joined.leaderId ? this.#assignments(joined) : [],
      }),
    );
    const assignment = AssignerProtocol.MemberAssignment.decode(memberAssignment);
    return {
      id: joined.memberId,
      generation: joined.generationId,
      partitions: new Set(assignment?.assignment[this.#cluster.topic] ?? []),
      moving: movingOf(assignment?.userData),
    };
  }

  #assignments({ members }: JoinedGroup): { memberId: string; memberAssignment: Buffer }[] {
    const { topic } = this.#cluster;
    const plan = planGroup(
      members.map(({ memberId, memberMetadata }) => memberOf(memberId, memberMetadata)),
      this.#options.partitions,
    );
    const given = [...plan.values()].reduce((sum, partitions) => sum + partitions.length, 0);
    const userData = Buffer.from(JSON.stringify({ moving: this.#options.partitions - given }));
    return [...plan].map(([memberId, partitions]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 1,
        assignment: { [topic]: partitions.sort((a, b) => a - b) },
        userData,
      }),
    }));
  }

  async heartbeat({ id, generation }: Membership): Promise<void> {
    const request = { groupId: this.#options.group, groupGenerationId: generation, memberId: id };
    await this.#ask((coordinator) => coordinator.heartbeat(request));
  }

  async commit({ id, generation }: Membership, positions: ReadonlyMap<number, number>): Promise<void> {
    const partitions = [...positions].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    const request = {
      groupId: this.#options.group,
      groupGenerationId: generation,
      memberId: id,
      topics: [{ topic: this.#cluster.topic, partitions }],
    };
    await this.#ask((coordinator) => coordinator.offsetCommit(request));
  }

  async leave(id: string): Promise<void> {
    const request = { groupId: this.#options.group, memberId: id };
    await this.#ask((coordinator) => coordinator.leaveGroup(request));
  }

  /** Of the coordinator as it was found last, unless the last request told that it is another or away. */
  async #ask<T>(request: (coordinator: WireBroker) => Promise<T>): Promise<T> {
    try {
      this.#coordinator ??= await this.#cluster.coordinator(this.#options.group);
      return await request(this.#coordinator);
    } catch (error) {
      if (!GROUP_ANSWERS.some((type) => hasType(error, type))) {
        this.#coordinator = undefined;
        await this.#cluster.refresh().catch(() => undefined);
      }
      throw error;
    }
  }
}

/** A leader of an earlier version does not tell. */
function movingOf(userData: Buffer | undefined): number {
  if (userData === undefined || userData.length === 0) return 0;
  return (JSON.parse(String(userData)) as { readonly moving: number }).moving;
}

function memberOf(id: string, metadata: Buffer): GroupMember {
  try {
    const decoded = AssignerProtocol.MemberMetadata.decode(metadata);
    const claim = JSON.parse(String(decoded?.userData ?? '{}')) as Claim;
    return { id, owned: claim.owned, generation: claim.generation };
  } catch (cause) {
    throw new TidegateError('INTERNAL', `the group has a member ${id} that is no worker of this version`, {
      cause,
    });
  }
}
