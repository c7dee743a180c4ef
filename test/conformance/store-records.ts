import { describe, expect, test } from 'vitest';
import type { Subject } from './state-store.ts';

export function recordPromises(subject: Subject): void {
  describe('records', () => {
    test('are put, read, replaced, listed by id and deleted, collection by collection', async () => {
      const { store } = subject;
      await store.putRecord('keys', 'b', '1');
      await store.putRecord('keys', 'a', '2');
      await store.putRecord('keys-2', 'a', '3');
      await store.putRecord('keys', 'b', '4');
      expect(await store.getRecord('keys', 'b')).toBe('4');
      expect(await store.getRecord('keys', 'none')).toBeUndefined();
      expect(await store.listRecords('keys')).toEqual([
        { id: 'a', value: '2' },
        { id: 'b', value: '4' },
      ]);
      expect(await store.deleteRecord('keys', 'a')).toBe(true);
      expect(await store.deleteRecord('keys', 'a')).toBe(false);
      expect(await store.getRecord('keys-2', 'a')).toBe('3');
      expect(await store.listRecords('none')).toEqual([]);
    });

    test('add writes only where there is none; of many at once one stands and all learn it', async () => {
      const { store } = subject;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.addRecord('c', 'id', `${i}`)),
      );
      expect(new Set(answers).size).toBe(1);
      expect(await store.getRecord('c', 'id')).toBe(answers[0]);
      expect(await store.addRecord('c', 'id', 'later')).toBe(answers[0]);
    });

    test('a record is gone at its time, and add may take the place', async () => {
      const { store } = subject;
      await store.putRecord('c', 'soon', '1', subject.time + 1_000);
      await store.putRecord('c', 'never', '2');
      subject.time += 999;
      expect(await store.getRecord('c', 'soon')).toBe('1');
      expect(await store.addRecord('c', 'soon', 'x', subject.time + 5_000)).toBe('1');
      subject.time += 1;
      expect(await store.getRecord('c', 'soon')).toBeUndefined();
      expect(await store.listRecords('c')).toEqual([{ id: 'never', value: '2' }]);
      expect(await store.deleteRecord('c', 'soon')).toBe(false);
      expect(await store.addRecord('c', 'soon', '3', subject.time + 1_000)).toBe('3');
      subject.time += 500;
      await store.putRecord('c', 'soon', '4');
      subject.time += 1_000_000;
      expect(await store.getRecord('c', 'soon')).toBe('4');
    });
  });

  test('answers a ping, and refuses everything once closed', async () => {
    const { store } = subject;
    await store.ping();
    await store.close();
    await expect(store.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.putRecord('c', 'i', 'v')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.getRun('w/r')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
}
