import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventLogConformance } from '../conformance/event-log.ts';
import { DataFolder } from './embedded.ts';

const HOUR_MS = 3_600_000;

eventLogConformance('sqlite', async () => {
  const folder = new DataFolder();
  // Segments so small that each append is one.
  const { log } = await folder.open({ keepBytes: 16 });
  return {
    log,
    forget: async (partition, before) => {
      await log.commit(partition, before);
      folder.time += 2 * HOUR_MS;
      for (let i = 0; i < 3; i += 1) await log.append(partition, ['"after"']);
    },
    dispose: () => folder.remove(),
  };
});

let folder: DataFolder;
beforeEach(() => {
  folder = new DataFolder();
});
afterEach(() => folder.remove());

const texts = (records: readonly { value: string }[]) => records.map(({ value }) => value);

test('goes on where it was after it is opened again, with the same offsets', async () => {
  const first = await folder.open();
  await first.log.append(1, ['1', '2']);
  await first.close();
  const again = await folder.open();
  expect(await again.log.head(1)).toBe(2);
  expect(await again.log.append(1, ['3'])).toBe(2);
  expect(texts((await again.log.open(1, 0, () => {})).take(10))).toEqual(['1', '2', '3']);
  await again.close();
});

test('reads the rows and the records in memory as one sequence', async () => {
  const { log, close } = await folder.open();
  const text = `"${'x'.repeat(3000)}"`;
  for (let i = 0; i < 20; i += 1)
    await log.append(
      0,
      Array.from({ length: 50 }, () => text),
    );
  const reader = await log.open(0, 0, () => {});
  const seen: number[] = [];
  for (let some = reader.take(33); some.length > 0; some = reader.take(33)) {
    for (const { offset, value } of some) {
      expect(value).toBe(text);
      seen.push(offset);
    }
  }
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  await close();
});

test('keeps records the store is past for an hour, then drops them bit by bit', async () => {
  const { log, close } = await folder.open();
  await log.append(0, ['"old"']);
  folder.time += HOUR_MS / 2;
  await log.append(0, ['"newer"']);
  await log.commit(0, 2);
  folder.time += HOUR_MS / 2 - 1;
  await log.append(0, ['"now"']);
  expect(texts((await log.open(0, 0, () => {})).take(10))).toEqual(['"old"', '"newer"', '"now"']);
  folder.time += HOUR_MS / 2 + 1;
  await log.append(0, ['"later"']);
  await expect(log.open(0, 0, () => {})).rejects.toMatchObject({ code: 'POSITION_LOST' });
  expect(texts((await log.open(0, 1, () => {})).take(10))).toEqual(['"newer"', '"now"', '"later"']);
  await close();
});

test('never drops what the store is not past, however old or large', async () => {
  const { log, close } = await folder.open({ keepMs: 0, keepBytes: 0 });
  for (let i = 0; i < 20; i += 1) await log.append(0, [`${i}`]);
  await log.commit(0, 5);
  for (let i = 20; i < 40; i += 1) {
    folder.time += HOUR_MS;
    await log.append(0, [`${i}`]);
  }
  await expect(log.open(0, 4, () => {})).rejects.toMatchObject({ code: 'POSITION_LOST' });
  expect((await log.open(0, 5, () => {})).take(100)).toHaveLength(35);
  await close();
});

test('drops the oldest when there is more than its share of the disk, and remembers it', async () => {
  const limit = 100_000;
  const first = await folder.open({ keepBytes: limit });
  const text = `"${'y'.repeat(998)}"`;
  for (let i = 0; i < 300; i += 1) {
    await first.log.append(0, [text]);
    await first.log.commit(0, i);
  }
  await first.close();
  const again = await folder.open({ keepBytes: limit });
  await expect(again.log.open(0, 150, () => {})).rejects.toMatchObject({ code: 'POSITION_LOST' });
  expect((await again.log.open(0, 210, () => {})).take(1000)).toHaveLength(90);
  expect(await again.log.head(0)).toBe(300);
  await again.close();
});
