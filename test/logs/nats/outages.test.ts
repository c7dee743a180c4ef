import { connect } from 'nats';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/logs/index.ts';
import { eventually, type Follower, follow } from '../../conformance/follower.ts';
import { startNats } from '../../servers/index.ts';
import type { NatsServer } from '../../servers/running-server.ts';
import { until } from '../../servers/waiting.ts';
import { AcknowledgedAppends } from '../acknowledged-appends.ts';
import { openTestLog } from './test-log.ts';

let server: NatsServer;
const logs: EventLog[] = [];
async function open(): Promise<EventLog> {
  const log = await openTestLog(server.url, { timeoutMs: 2_000 });
  logs.push(log);
  return log;
}
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
  await server.stop();
});

describe('P1: an acknowledged event is never lost', () => {
  test('when the server is killed again and again under load', { timeout: 60_000 }, async () => {
    server = await startNats({ syncAlways: true });
    const log = await open();
    const live = await follow(log, 0, 0);
    const appends = [0, 1].map((partition) => new AcknowledgedAppends(log, partition));
    for (let i = 0; i < 3; i += 1) {
      await Promise.all(appends.map((each) => each.more(100)));
      await server.kill();
      await server.start();
    }
    await Promise.all(appends.map((each) => each.more(100)));
    await Promise.all(appends.map((each) => each.stop()));

    const kept = await all(await follow(log, 0, 0), await log.head(0));
    expect(appends[0]!.lostFrom(kept)).toEqual([]);
    expect(appends[1]!.lostFrom(await all(await follow(log, 1, 0), await log.head(1)))).toEqual([]);
    // A reader that lived through it all has read the same, without a gap or a repeat.
    expect(await all(live, await log.head(0))).toEqual(kept);
  });

  test('when the server stands still for a while', { timeout: 60_000 }, async () => {
    server = await startNats();
    const log = await open();
    const live = await follow(log, 0, 0);
    const appends = new AcknowledgedAppends(log, 0);
    await appends.more(100);
    await server.kill('SIGSTOP');
    const { failures } = appends;
    await eventually(() => appends.failures > failures);
    await server.kill('SIGCONT');
    await appends.more(100);
    await appends.stop();
    const kept = await all(live, await log.head(0));
    expect(appends.lostFrom(kept)).toEqual([]);
    expect(kept).toEqual(await all(await follow(log, 0, 0), await log.head(0)));
  });
});

test('LOG_UNAVAILABLE while the server is down, and all is well when it is back', async () => {
  server = await startNats();
  const log = await open();
  await log.append(0, ['1']);
  const live = await follow(log, 0, 0);
  expect(await live.gather(1)).toMatchObject([{ value: '1' }]);
  await server.kill();
  await expect(log.append(0, ['2'])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(log.head(0)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  await expect(follow(log, 0, 0)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  expect(live.reader.take(1)).toEqual([]);
  await server.start();
  const appended = () => log.append(0, ['3']).then(Boolean, () => false);
  await until(appended, { what: 'an append' });
  expect((await live.gather(1)).at(0)?.value).toMatch(/[23]/);
});

test('LOG_MISSING from take once the stream is deleted, and when it was made anew', async () => {
  server = await startNats();
  const log = await open();
  await log.append(0, ['1']);
  const live = await follow(log, 0, 0);
  await live.gather(1);
  const nats = await connect({ servers: server.url });
  await (await nats.jetstreamManager()).streams.delete('TIDEGATE');
  await expect(live.gather(1)).rejects.toMatchObject({ code: 'LOG_MISSING' });
  const anew = await open();
  await anew.append(0, ['other']);
  await expect(follow(log, 0, 0)).rejects.toMatchObject({ code: 'LOG_MISSING' });
  await nats.close();
});

test('a reader far behind retention finds out rather than skip', async () => {
  server = await startNats();
  const writer = await open();
  // So little memory that it can't have read what retention takes.
  const log = await openTestLog(server.url, { maxBytesInFlight: 1 });
  logs.push(log);
  const large = 'x'.repeat(500_000);
  for (let i = 0; i < 20; i += 1) {
    await writer.append(0, [`"${i} ${large}"`]);
    await writer.append(1, ['"between"']);
  }
  const slow = await follow(log, 0, 0);
  await slow.gather(1, 1);
  const nats = await connect({ servers: server.url });
  await (await nats.jetstreamManager()).streams.purge('TIDEGATE', { seq: 30 });
  await nats.close();
  const seen: string[] = [];
  const failed = (async () => {
    for (;;) seen.push((await slow.gather(1, 1))[0]!.value);
  })();
  await expect(failed).rejects.toMatchObject({ code: 'POSITION_LOST' });
  expect(seen.map((value) => Number.parseInt(value.slice(1), 10))).toEqual(seen.map((_, i) => i + 1));
});

test('says how far an idle partition is read while others go on', async () => {
  server = await startNats();
  const log = await open();
  await log.append(0, ['1']);
  const idle = await follow(log, 0, 0);
  await idle.gather(1);
  const last = await log.append(1, ['1', '2', '3', '4', '5']);
  await eventually(() => {
    expect(idle.reader.take(1)).toEqual([]);
    return idle.reader.caughtUpTo?.() === last + 1;
  });
  expect(await log.head(0)).toBeLessThan(last);
  expect(await log.lag?.(0, last + 1)).toBe(0);
});

/** All records below `head`. */
async function all(from: Follower, head: number): Promise<{ offset: number; value: string }[]> {
  const records: { offset: number; value: string }[] = [];
  while ((records.at(-1)?.offset ?? -1) < head - 1) records.push(...(await from.gather(1, 10_000)));
  return records;
}
