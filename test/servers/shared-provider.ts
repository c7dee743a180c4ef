import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from './announce.ts';
import { startKafka } from './kafka.ts';
import { startNats } from './nats.ts';
import { startRedis } from './redis.ts';
import type { RunningServer } from './running-server.ts';

export const SHARED_KINDS = ['redis', 'nats', 'kafka'] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

/** Variables that name a running server; what stands there is taken first. */
export const GIVEN: Readonly<Record<SharedKind, string>> = {
  redis: 'TIDEGATE_TEST_REDIS_URL',
  nats: 'TIDEGATE_TEST_NATS_SERVERS',
  kafka: 'TIDEGATE_TEST_KAFKA_BROKERS',
};

/** One server of each kind, started when first asked for. */
export class SharedServers {
  readonly #addresses = new Map<SharedKind, Promise<string>>();
  readonly #started: RunningServer[] = [];

  /** A URL, or "host:port,host:port" for Kafka. */
  address(kind: SharedKind): Promise<string> {
    let address = this.#addresses.get(kind);
    if (address === undefined) {
      address = this.#provide(kind);
      this.#addresses.set(kind, address);
    }
    return address;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#addresses.values());
    await Promise.all(this.#started.map((server) => server.stop()));
  }

  async #provide(kind: SharedKind): Promise<string> {
    const given = process.env[GIVEN[kind]];
    if (given) {
      announce(`${kind}: ${given} (${GIVEN[kind]})`);
      return given;
    }
    const began = Date.now();
    const { server, address } = await start(kind);
    this.#started.push(server);
    announce(`${kind}: ${server.description} at ${address}, up in ${Date.now() - began} ms`);
    return address;
  }
}

async function start(kind: SharedKind): Promise<{ server: RunningServer; address: string }> {
  if (kind === 'kafka') {
    const server = await startKafka();
    return { server, address: server.brokers.join(',') };
  }
  const server = kind === 'redis' ? await startRedis() : await startNats();
  return { server, address: server.url };
}

/** Offers them to other processes: `GET /kafka` answers with the address once the server is up. */
export async function offerSharedServers(servers: SharedServers): Promise<{ url: string; close(): void }> {
  const http = createServer(async (request, response) => {
    const kind = SHARED_KINDS.find((each) => request.url === `/${each}`);
    try {
      if (kind === undefined) throw new Error(`no shared server of kind ${request.url}`);
      response.end(await servers.address(kind));
    } catch (error) {
      response.statusCode = 503;
      response.end((error as Error).message);
    }
  });
  http.requestTimeout = 0;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      http.close();
      http.closeAllConnections();
    },
  };
}
