import { afterEach, expect, test } from 'vitest';
import type { EventLog } from '../../../src/logs/index.ts';
import { follow } from '../../conformance/follower.ts';
import { startNats } from '../../servers/index.ts';
import type { NatsServer } from '../../servers/running-server.ts';
import { VirtualClock } from '../../workers/virtual-clock.ts';
import { openTestLog } from './test-log.ts';

let server: NatsServer;
let log: EventLog | undefined;
afterEach(async () => {
  await log?.close();
  await server.stop();
});

const SECONDS = 12;

test('messages that come now and then are signs of life, as the server sends no heartbeats between them', async () => {
  const clock = new VirtualClock();
  const warnings: string[] = [];
  const logger = { warn: (_: object, message: string) => void warnings.push(message) };
  server = await startNats();
  log = await openTestLog(server.url, { clock, logger });
  const live = await follow(log, 0, 0);
  for (let second = 1; second <= SECONDS; second += 1) {
    await log.append(0, [`${second}`]);
    await live.gather(1);
    await clock.to(second * 1_000);
    expect(warnings).toEqual([]);
  }
});
