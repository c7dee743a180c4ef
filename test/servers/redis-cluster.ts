import { Redis } from 'ioredis';
import { freePorts } from './free-port.ts';
import { prepareRedis, type RedisOptions } from './redis.ts';
import { type RedisServer, type ServerGroup, startTogether, stopTogether } from './running-server.ts';
import { until } from './waiting.ts';

const MASTERS = 3;
const SLOTS = 16_384;

/** `nodes` are the masters, then a replica of each in the same order; `url` is `redis://host:port,host:port`. */
export interface RedisCluster extends ServerGroup<RedisServer> {
  readonly url: string;
}

/** Three masters and three replicas. A master that is killed is replaced in about four seconds. */
export async function startRedisCluster(options: RedisOptions = {}): Promise<RedisCluster> {
  const ports = await freePorts(4 * MASTERS);
  const plan = Array.from({ length: 2 * MASTERS }, (_, at) => ({
    port: ports[2 * at]!,
    busPort: ports[2 * at + 1]!,
  }));
  const nodes = await Promise.all(
    plan.map(({ port, busPort }) => {
      const config = {
        'cluster-enabled': 'yes',
        'cluster-port': `${busPort}`,
        'cluster-node-timeout': '2000',
        'repl-diskless-sync-delay': '0',
      };
      return prepareRedis(port, { ...options, config: { ...config, ...options.config } });
    }),
  );
  await startTogether(nodes);
  const clients = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    await form(clients, plan);
  } catch (error) {
    await stopTogether(nodes);
    throw error;
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    nodes,
    url: `redis://${plan.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    description: `cluster of ${MASTERS} masters and ${MASTERS} replicas of ${nodes[0]!.description}`,
    stop: () => stopTogether(nodes),
  };
}

async function form(
  clients: readonly Redis[],
  plan: readonly { readonly port: number; readonly busPort: number }[],
): Promise<void> {
  for (const [at, client] of clients.entries()) await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  for (const [at, master] of clients.slice(0, MASTERS).entries()) {
    const first = Math.ceil((SLOTS * at) / MASTERS);
    const last = Math.ceil((SLOTS * (at + 1)) / MASTERS) - 1;
    await master.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
  }
  const [seed] = clients;
  for (const { port, busPort } of plan.slice(1))
    await seed!.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  for (const client of clients)
    await until(async () => knownNodes(`${await client.call('CLUSTER', 'NODES')}`) === clients.length, {
      what: 'the nodes of the cluster to know each other',
    });
  for (const [at, replica] of clients.slice(MASTERS).entries())
    await replica.call('CLUSTER', 'REPLICATE', `${await clients[at]!.call('CLUSTER', 'MYID')}`);
  for (const replica of clients.slice(MASTERS))
    await until(async () => (await replica.info('replication')).includes('master_link_status:up'), {
      what: 'the replicas to be in step',
    });
  for (const client of clients)
    await until(async () => `${await client.call('CLUSTER', 'INFO')}`.includes('cluster_state:ok'), {
      what: 'the cluster to serve all slots',
    });
}

function knownNodes(listing: string): number {
  return listing.split('\n').filter((line) => line !== '' && !line.includes('handshake')).length;
}
