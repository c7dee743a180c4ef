import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GroupMember, planGroup } from '../../src/logs/kafka/group-plan.ts';

const partitions = fc.integer({ min: 1, max: 40 });
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 7 });

/** Members as a group may have them: some own what others claim too, from an earlier generation. */
const groups = fc
  .record({ partitions, names, seed: fc.array(fc.nat(1000), { minLength: 80, maxLength: 80 }) })
  .map(({ partitions: count, names: ids, seed }) => {
    const members = ids.map((id, i): GroupMember => {
      const owned = Array.from({ length: count }, (_, p) => p).filter(
        (p) => seed[p]! % (ids.length + 2) === i,
      );
      return { id, owned, generation: seed[40 + i]! % 3 };
    });
    return { members, count };
  });

const counts = (plan: ReadonlyMap<string, readonly number[]>) =>
  [...plan.values()].map(({ length }) => length);

/** What members have once each has let go of what the plan does not leave it. */
function settle(
  members: readonly GroupMember[],
  count: number,
): { rounds: number; plan: Map<string, number[]> } {
  let now = members;
  for (let rounds = 1; ; rounds += 1) {
    const plan = planGroup(now, count);
    if ([...plan.values()].flat().length === count) return { rounds, plan };
    now = now.map(({ id, generation }) => ({ id, owned: plan.get(id)!, generation: generation + 1 }));
  }
}

test('gives no partition to two, and none away that its owner has not let go of', () => {
  fc.assert(
    fc.property(groups, ({ members, count }) => {
      const plan = planGroup(members, count);
      const given = [...plan.values()].flat();
      expect(new Set(given).size).toBe(given.length);
      for (const [id, got] of plan) {
        for (const partition of got) {
          const claims = members.filter(({ owned }) => owned.includes(partition));
          const latest = Math.max(...claims.map(({ generation }) => generation));
          const owner = claims.find(({ generation }) => generation === latest);
          expect(owner === undefined || owner.id === id).toBe(true);
        }
      }
    }),
  );
});

test('gives all in two rounds, in shares that differ by one at the most', () => {
  fc.assert(
    fc.property(groups, ({ members, count }) => {
      const { rounds, plan } = settle(members, count);
      expect(rounds).toBeLessThanOrEqual(2);
      expect(Math.max(...counts(plan)) - Math.min(...counts(plan))).toBeLessThanOrEqual(1);
    }),
  );
});

test('moves nothing where nothing has to move, and no more than a share for one who comes', () => {
  fc.assert(
    fc.property(partitions, names, (count, ids) => {
      const nobody = ids.map((id) => ({ id, owned: [], generation: 0 }));
      const { plan } = settle(nobody, count);
      const settled = ids.map((id) => ({ id, owned: plan.get(id)!, generation: 1 }));
      expect(planGroup(settled, count)).toEqual(plan);
      const after = settle([...settled, { id: 'a newcomer', owned: [], generation: -1 }], count).plan;
      const moved = ids.flatMap((id) =>
        plan.get(id)!.filter((partition) => !after.get(id)!.includes(partition)),
      );
      expect(moved.length).toBeLessThanOrEqual(Math.ceil(count / (ids.length + 1)));
    }),
  );
});
