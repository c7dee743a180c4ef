import { afterAll, beforeAll } from 'vitest';
import { StreamsConnection } from '../../../src/logs/redis-streams/streams-connection.ts';
import { eventLogConformance } from '../../conformance/event-log.ts';
import { type RedisCluster, startRedis, startRedisCluster } from '../../servers/index.ts';
import type { RedisServer } from '../../servers/running-server.ts';
import { openTestLog } from './test-log.ts';

let number = 0;

for (const kind of ['redis', 'valkey'] as const) {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ kind });
  });
  afterAll(() => server.stop());
  conformance(kind, () => server.url);
}

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());
conformance('Cluster', () => cluster.url);

function conformance(name: string, url: () => string): void {
  eventLogConformance(`Redis Streams, ${name}`, async () => {
    number += 1;
    const prefix = `conformance-${number}`;
    const log = await openTestLog(url(), { prefix });
    return {
      log,
      forget: async (partition, before) => {
        const connection = await StreamsConnection.open({ url: url() });
        await connection.send('trimming', 'xtrim', [`{${prefix}:${partition}}:log`, 'MINID', `0-${before}`]);
        connection.close();
      },
    };
  });
}
