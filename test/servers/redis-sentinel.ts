import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePorts } from './free-port.ts';
import { answersPing, prepareRedis } from './redis.ts';
import { redisSoftware } from './redis-software.ts';
import {
  type RedisServer,
  type RunningServer,
  type ServerGroup,
  startTogether,
  stopTogether,
} from './running-server.ts';
import { makeFolders, ServerProcess } from './server-process.ts';
import { until } from './waiting.ts';

const SENTINELS = 3;
const REPLICAS = 2;
const MASTER_NAME = 'tests';

/** `nodes` are the first master and its replicas; `url` is that of the sentinels, `redis://host:port,host:port`. */
export interface RedisSentinel extends ServerGroup<RedisServer> {
  readonly url: string;
  readonly masterName: string;
  readonly sentinels: readonly RunningServer[];
}

/** A master with two replicas under three sentinels. A master that is killed is replaced in two to three seconds. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  const [masterPort = 0, ...ports] = await freePorts(1 + REPLICAS + SENTINELS);
  const replicaPorts = ports.slice(0, REPLICAS);
  const sentinelPorts = ports.slice(REPLICAS);
  const nodes = await startReplicated(masterPort, replicaPorts);
  // Sentinels learn of replicas from the master, so those must be there first.
  const sentinels = await Promise.all(sentinelPorts.map((port) => prepareSentinel(port, masterPort)));
  const all = [...sentinels, ...nodes];
  try {
    await startTogether(sentinels);
    await Promise.all(sentinelPorts.map(knowsAll));
  } catch (error) {
    await stopTogether(all);
    throw error;
  }
  return {
    nodes,
    sentinels,
    masterName: MASTER_NAME,
    url: `redis://${sentinelPorts.map((port) => `127.0.0.1:${port}`).join(',')}`,
    description: `${SENTINELS} sentinels over ${nodes.length} nodes of ${nodes[0]!.description}`,
    stop: () => stopTogether(all),
  };
}

async function startReplicated(masterPort: number, replicaPorts: readonly number[]): Promise<RedisServer[]> {
  const quick = { 'repl-diskless-sync-delay': '0' };
  const nodes = await Promise.all([
    prepareRedis(masterPort, { config: quick }),
    ...replicaPorts.map((port) =>
      prepareRedis(port, { config: { ...quick, replicaof: `127.0.0.1 ${masterPort}` } }),
    ),
  ]);
  await startTogether(nodes);
  const master = new Redis(masterPort, '127.0.0.1');
  try {
    const inStep = async () =>
      (await master.info('replication')).split('state=online').length - 1 === REPLICAS;
    await until(inStep, { what: 'the replicas to be in step' });
  } catch (error) {
    await stopTogether(nodes);
    throw error;
  } finally {
    master.disconnect();
  }
  return nodes;
}

async function prepareSentinel(port: number, masterPort: number): Promise<RunningServer> {
  const software = await redisSoftware('redis');
  const folders = makeFolders('sentinel');
  const file = join(folders.folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folders.dataDir}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return new ServerProcess({
    software,
    args: [file, '--sentinel'],
    folders,
    answers: () => answersPing(port),
  });
}

/** Waits until a sentinel knows both replicas and the other sentinels, without which it takes no part in a failover. */
async function knowsAll(port: number): Promise<void> {
  const sentinel = new Redis(port, '127.0.0.1');
  try {
    await until(
      async () => {
        const flat = (await sentinel.call('SENTINEL', 'MASTER', MASTER_NAME)) as string[];
        const value = (name: string) => Number(flat[flat.indexOf(name) + 1]);
        return value('num-slaves') === REPLICAS && value('num-other-sentinels') === SENTINELS - 1;
      },
      { what: `sentinel ${port} to know its replicas and peers` },
    );
  } finally {
    sentinel.disconnect();
  }
}
