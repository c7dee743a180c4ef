import { connect } from 'nats';
import { afterAll, beforeAll } from 'vitest';
import { eventLogConformance } from '../../conformance/event-log.ts';
import { startNats } from '../../servers/index.ts';
import type { NatsServer } from '../../servers/running-server.ts';
import { openTestLog } from './test-log.ts';

let number = 0;

for (const version of ['current', 'debian'] as const) {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats({ version });
  });
  afterAll(() => server.stop());

  eventLogConformance(`NATS JetStream, ${version} server`, async () => {
    number += 1;
    const stream = `CONFORMANCE${number}`;
    const log = await openTestLog(server.url, { stream, subject: `conformance.${number}` });
    return {
      log,
      forget: async (_partition, before) => {
        const nats = await connect({ servers: server.url });
        await (await nats.jetstreamManager()).streams.purge(stream, { seq: before });
        await nats.close();
      },
    };
  });
}
