import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LeaseAnswer, LeaseRequest, SharedStore, StateStore } from '../../src/stores/state-store.ts';
import { until } from '../servers/waiting.ts';

/** Several processes' views of one empty store. */
export interface SharedStoreUnderTest {
  readonly stores: readonly [StateStore, StateStore];
  dispose?(): Promise<void>;
}

const LONG_MS = 60_000;
const SHORT_MS = 30;

/** What every store must pass that several processes share. `factory` opens one new store twice. */
export function sharedStoreConformance(name: string, factory: () => Promise<SharedStoreUnderTest>): void {
  describe(`shared store: ${name}`, () => {
    let made: SharedStoreUnderTest;
    let one: SharedStore;
    let two: SharedStore;
    beforeEach(async () => {
      made = await factory();
      one = made.stores[0].shared!;
      two = made.stores[1].shared!;
    });
    afterEach(async () => {
      for (const store of made.stores) await store.close();
      await made.dispose?.();
    });

    describe('leases', () => {
      test('a free lease is granted to one; the other learns that it is taken', async () => {
        const a = await ask(one, 'a', { claim: [0, 1] });
        expect([...a.held.keys()]).toEqual([0, 1]);
        const b = await ask(two, 'b', { claim: [1, 2] });
        expect([...b.held.keys()]).toEqual([2]);
        expect(b.taken).toEqual([1]);
      });

      test('of many that claim at once, each lease goes to exactly one', async () => {
        const claim = Array.from({ length: 16 }, (_, partition) => partition);
        const answers = await Promise.all(
          Array.from({ length: 12 }, (_, n) => ask(n % 2 ? one : two, `worker-${n}`, { claim })),
        );
        const granted = answers.flatMap(({ held }) => [...held.keys()]);
        expect(granted.sort((x, y) => x - y)).toEqual(claim);
      });

      test('what is held is renewed under the epoch of its grant; what is not held is left out', async () => {
        const first = await ask(one, 'a', { claim: [3] });
        const again = await ask(one, 'a', { hold: [3, 4] });
        expect(again.held).toEqual(first.held);
        expect((await ask(two, 'b', { hold: [3] })).held.size).toBe(0);
        expect((await ask(one, 'a', { claim: [3] })).held).toEqual(first.held);
      });

      test('one that is given back is free at once, and every grant has a higher epoch than all before', async () => {
        const epochs: number[] = [];
        for (let turn = 0; turn < 6; turn += 1) {
          const [store, worker] = turn % 2 ? ([two, 'b'] as const) : ([one, 'a'] as const);
          const { held } = await ask(store, worker, { claim: [0] });
          epochs.push(held.get(0)!);
          await ask(store, worker, { release: [0] });
        }
        expect(epochs).toEqual([...new Set(epochs)].sort((x, y) => x - y));
        expect(epochs[0]).toBeGreaterThan(0);
      });

      test('nobody gives back what another holds', async () => {
        const { held } = await ask(one, 'a', { claim: [0] });
        await ask(two, 'b', { release: [0] });
        expect((await ask(two, 'b', { claim: [0] })).taken).toEqual([0]);
        expect((await ask(one, 'a', { hold: [0] })).held).toEqual(held);
      });

      test('one that is not renewed runs out and goes to the next under a higher epoch', async () => {
        const first = await ask(one, 'a', { claim: [0], ttlMs: SHORT_MS });
        let second = new Map<number, number>() as LeaseAnswer['held'];
        const granted = async () => {
          second = (await ask(two, 'b', { claim: [0] })).held;
          return second.has(0);
        };
        await until(granted, { what: 'the lease to run out' });
        expect(second.get(0)).toBeGreaterThan(first.held.get(0)!);
        expect((await ask(one, 'a', { hold: [0] })).held.size).toBe(0);
        expect((await ask(one, 'a', { claim: [0] })).taken).toEqual([0]);
      });

      test('one that has run out and went to nobody is still its holder', async () => {
        const { held } = await ask(one, 'a', { claim: [0], ttlMs: 1 });
        const gone = async () => !(await ask(two, 'b', {})).members.includes('a');
        await until(gone, { what: 'the membership to run out' });
        expect((await ask(one, 'a', { hold: [0] })).held).toEqual(held);
      });
    });

    describe('members', () => {
      test('are those whose membership has not run out, sorted', async () => {
        await ask(one, 'b', {});
        await ask(two, 'c', { ttlMs: SHORT_MS });
        expect((await ask(one, 'a', {})).members).toContain('b');
        const left = async () => (await ask(one, 'a', {})).members.join() === 'a,b';
        await until(left, { what: 'the membership of c to run out' });
      });

      test('who leaves is gone with all its leases, at once', async () => {
        await ask(one, 'a', { claim: [0, 1, 2] });
        await ask(one, 'a2', { claim: [3] });
        await one.leave('a');
        await one.leave('a');
        const answer = await ask(two, 'b', { claim: [0, 1, 2, 3] });
        expect(answer.members).toEqual(['a2', 'b']);
        expect([...answer.held.keys()]).toEqual([0, 1, 2]);
        expect(answer.taken).toEqual([3]);
      });
    });

    describe('notices', () => {
      test('reach all who listen on the channel, in every process, until they stop', async () => {
        const heard: string[] = [];
        const stop = await one.notices.subscribe('runs', (message) => heard.push(`one ${message}`));
        await two.notices.subscribe('runs', (message) => heard.push(`two ${message}`));
        await two.notices.subscribe('runs', (message) => heard.push(`also two ${message}`));
        await two.notices.subscribe('other', (message) => heard.push(`other ${message}`));
        one.notices.publish('runs', 'ü');
        await until(() => heard.length >= 3, { what: 'three notices' });
        expect(heard.splice(0).sort()).toEqual(['also two ü', 'one ü', 'two ü']);
        stop();
        two.notices.publish('runs', '2');
        two.notices.publish('other', '3');
        await until(() => heard.includes('other 3'), { what: 'the last notice' });
        await until(() => heard.length >= 3, { what: 'three more notices' });
        expect(heard.sort()).toEqual(['also two 2', 'other 3', 'two 2']);
      });

      test('come in the order in which one process gave them', async () => {
        const heard: string[] = [];
        await two.notices.subscribe('runs', (message) => heard.push(message));
        const given = Array.from({ length: 200 }, (_, n) => `${n}`);
        for (const message of given) one.notices.publish('runs', message);
        await until(() => heard.length >= given.length, { what: 'all notices' });
        expect(heard).toEqual(given);
      });

      test('do not wait for anybody, nor fail where the store is closed', async () => {
        one.notices.publish('nobody', 'x');
        await made.stores[0].close();
        one.notices.publish('nobody', 'x');
        await expect(ask(one, 'a', {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      });
    });
  });
}

function ask(store: SharedStore, worker: string, request: Partial<LeaseRequest>): Promise<LeaseAnswer> {
  return store.lease({ worker, ttlMs: LONG_MS, hold: [], claim: [], release: [], ...request });
}
