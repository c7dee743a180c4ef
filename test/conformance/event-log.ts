import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog, LogRecord } from '../../src/logs/event-log.ts';
import { eventually, follow } from './follower.ts';

export interface EventLogUnderTest {
  readonly log: EventLog;
  /** Makes the log forget the records of `partition` below `before`, as its retention would. */
  forget(partition: number, before: number): Promise<void>;
  /** Whatever is left to take away after `log.close()`. */
  dispose?(): Promise<void>;
}

/** What every adapter of the EventLog port must pass. `factory` makes an empty log of two partitions. */
export function eventLogConformance(name: string, factory: () => Promise<EventLogUnderTest>): void {
  describe(`event log: ${name}`, () => {
    let subject: EventLogUnderTest;
    let log: EventLog;
    beforeEach(async () => {
      subject = await factory();
      log = subject.log;
    });
    afterEach(async () => {
      await log.close();
      await subject.dispose?.();
    });

    test('says how many partitions it has', () => {
      expect(log.partitions).toBe(2);
    });

    test('gives back what was appended, in order, with growing offsets', async () => {
      const last = await log.append(0, ['"a"', '"b"', '"c"']);
      const records = await gather(log, 0, 0, 3);
      expect(values(records)).toEqual(['"a"', '"b"', '"c"']);
      expect(offsets(records)).toEqual([...offsets(records)].sort((a, b) => a - b));
      expect(records.at(-1)?.offset).toBe(last);
    });

    test('keeps texts as they are, whatever characters they hold', async () => {
      const texts = [
        '{"a": "ü€😀"}',
        '{"line":\n"break"}',
        '"\\u0000\\ud800"',
        '12:ab',
        `"${'x'.repeat(100_000)}"`,
      ];
      await log.append(0, texts);
      expect(values(await gather(log, 0, 0, texts.length))).toEqual(texts);
    });

    test('keeps partitions apart', async () => {
      await log.append(0, ['"zero"']);
      await log.append(1, ['"one"', '"two"']);
      expect(values(await gather(log, 0, 0, 1))).toEqual(['"zero"']);
      expect(values(await gather(log, 1, 0, 2))).toEqual(['"one"', '"two"']);
      expect(await log.head(0)).toBeLessThan(await log.head(1));
    });

    test('head is beyond the last record and never goes back', async () => {
      const before = await log.head(0);
      const last = await log.append(0, ['"a"']);
      expect(last).toBeGreaterThanOrEqual(before);
      expect(await log.head(0)).toBeGreaterThan(last);
      const next = await log.append(0, ['"b"']);
      expect(next).toBeGreaterThan(last);
    });

    test('keeps the order of appends that overlap, each without others in between', async () => {
      const batches = Array.from({ length: 50 }, (_, i) => [`"${i}.0"`, `"${i}.1"`, `"${i}.2"`]);
      const lasts = await Promise.all(batches.map((batch) => log.append(0, batch)));
      expect([...lasts].sort((a, b) => a - b)).toEqual(lasts);
      expect(values(await gather(log, 0, 0, 150, 7))).toEqual(batches.flat());
    });

    test('take gives at most so many as asked', async () => {
      await log.append(0, ['1', '2', '3', '4', '5']);
      const from0 = await follow(log, 0, 0);
      const taken = await from0.gather(5, 2);
      expect(values(taken)).toEqual(['1', '2', '3', '4', '5']);
      expect(Math.max(...from0.sizes)).toBe(2);
      expect(from0.reader.take(2)).toEqual([]);
    });

    test('reads from the offset wanted, in the middle of an append too', async () => {
      await log.append(0, ['1', '2', '3', '4']);
      const all = await gather(log, 0, 0, 4);
      for (const [i, record] of all.entries()) {
        expect(await gather(log, 0, record.offset, 4 - i)).toEqual(all.slice(i));
      }
    });

    test('every reader has its own place', async () => {
      await log.append(0, ['1', '2']);
      const one = await follow(log, 0, 0);
      const other = await follow(log, 0, 0);
      expect(values(await one.gather(2))).toEqual(['1', '2']);
      expect(values(await other.gather(1, 1))).toEqual(['1']);
      one.reader.close();
      expect(values(await other.gather(1, 1))).toEqual(['2']);
    });

    test('wakes a reader whose take returned none, after the append and not inside a call', async () => {
      let awake = 0;
      const waiting = await log.open(0, await log.head(0), () => {
        awake += 1;
      });
      expect(waiting.take(5)).toEqual([]);
      expect(awake).toBe(0);
      const appended = log.append(0, ['"a"']);
      expect(awake).toBe(0);
      await appended;
      await eventually(() => awake > 0);
      expect(values(waiting.take(5))).toEqual(['"a"']);
      waiting.close();
    });

    test('loses no wake-up: a reader that only takes when woken sees all', async () => {
      const seen: string[] = [];
      const total = 500;
      let taking = false;
      const drain = () => {
        expect(taking).toBe(false);
        taking = true;
        for (let some = follower.take(3); some.length > 0; some = follower.take(3))
          seen.push(...values(some));
        taking = false;
      };
      const follower = await log.open(0, await log.head(0), drain);
      drain();
      const appends: Promise<unknown>[] = [];
      for (let i = 0; i < total; i += 1) {
        appends.push(log.append(0, [`${i}`]));
        if (i % 3 === 0) await appends.at(-1);
        if (i % 7 === 0) await turn();
      }
      await Promise.all(appends);
      await eventually(() => seen.length === total);
      expect(seen).toEqual(Array.from({ length: total }, (_, i) => `${i}`));
      follower.close();
    });

    test('a closed reader is not called and gives nothing', async () => {
      let awake = 0;
      const closed = await log.open(0, await log.head(0), () => {
        awake += 1;
      });
      closed.take(1);
      closed.close();
      await log.append(0, ['"a"']);
      await turn();
      expect(awake).toBe(0);
      expect(closed.take(1)).toEqual([]);
    });

    test('commit forgets nothing that a replay may want', async () => {
      await log.append(0, ['1', '2', '3']);
      await log.commit(0, await log.head(0));
      await log.append(0, ['4']);
      expect(values(await gather(log, 0, 0, 4))).toEqual(['1', '2', '3', '4']);
    });

    test('POSITION_LOST when the log no longer holds the position, never a silent reset', async () => {
      await log.append(0, ['1', '2']);
      const middle = await log.head(0);
      await log.append(0, ['3', '4']);
      await subject.forget(0, middle);
      await expect(follow(log, 0, 0)).rejects.toMatchObject({ code: 'POSITION_LOST' });
      expect(values(await gather(log, 0, middle, 2)).slice(0, 2)).toEqual(['3', '4']);
    });

    test('POSITION_LOST beyond the head: the store knows of records the log does not', async () => {
      await log.append(0, ['1']);
      const head = await log.head(0);
      await expect(follow(log, 0, head + 1)).rejects.toMatchObject({ code: 'POSITION_LOST' });
      expect((await follow(log, 0, head)).reader.take(1)).toEqual([]);
    });

    test('a reader left behind by retention finds out rather than skip', async () => {
      await log.append(0, ['1', '2']);
      const slow = await follow(log, 0, 0);
      const middle = await log.head(0);
      await log.append(0, ['3']);
      await subject.forget(0, middle);
      // It may have had the records in memory already.
      const first = await slow.gather(1, 1).catch((error: unknown) => error);
      if (Array.isArray(first)) expect(values(first)).toEqual(['1']);
      else expect(first).toMatchObject({ code: 'POSITION_LOST' });
    });

    test('an empty append changes nothing', async () => {
      await log.append(0, ['1']);
      const head = await log.head(0);
      await log.append(0, []);
      expect(await log.head(0)).toBe(head);
    });

    test('refuses appends once closed', async () => {
      await log.close();
      await expect(log.append(0, ['1'])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
  });
}

async function gather(
  log: EventLog,
  partition: number,
  from: number,
  count: number,
  max?: number,
): Promise<LogRecord[]> {
  const follower = await follow(log, partition, from);
  const records = await follower.gather(count, max);
  follower.reader.close();
  return records;
}
function values(records: readonly LogRecord[]): string[] {
  return records.map((record) => record.value);
}
function offsets(records: readonly LogRecord[]): number[] {
  return records.map((record) => record.offset);
}
