import { freePorts } from '../../servers/free-port.ts';
import {
  type RedisServer,
  type RunningServer,
  startNats,
  startRedis,
  type TcpProxy,
  tcpProxy,
} from '../../servers/index.ts';
import { prepareKafka } from '../../servers/kafka-node.ts';
import { kafkaSoftware } from '../../servers/kafka-provision.ts';
import type { ChaosOptions, LogKind } from '../options.ts';

/** A place for one process of the product, with a network of its own. */
export interface Slot {
  readonly index: number;
  readonly toRedis: TcpProxy;
  /** Undefined where Redis is the log. */
  readonly toBroker: TcpProxy | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** The real servers under a chaos run, and the networks between them and the product's processes. */
export interface Ground {
  readonly log: LogKind;
  readonly redis: RedisServer;
  /** The same as `redis` where that is the log. */
  readonly broker: RunningServer;
  /** For clients of the run itself, which no fault cuts off: "host:port". */
  readonly brokerAddress: string;
  readonly slots: readonly Slot[];
  readonly descriptions: readonly string[];
  stop(): Promise<void>;
}

interface Broker {
  readonly server: RunningServer;
  readonly address: string;
  readonly proxies: readonly TcpProxy[];
  environment(proxy: TcpProxy): Readonly<Record<string, string>>;
}

export async function openGround(options: ChaosOptions, slotCount: number): Promise<Ground> {
  const { log, storeLoss } = options;
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  };
  try {
    const redis = await startRedis({ appendfsync: storeLoss ? 'everysec' : 'always' });
    closers.push(() => redis.stop());
    const broker = log === 'redis' ? undefined : await BROKERS[log](slotCount);
    if (broker !== undefined) closers.push(() => broker.server.stop());
    const slots: Slot[] = [];
    for (let index = 0; index < slotCount; index++) {
      const toRedis = await tcpProxy({ host: '127.0.0.1', port: redis.port });
      closers.push(() => toRedis.close());
      const toBroker = broker?.proxies[index];
      if (toBroker !== undefined) closers.push(() => toBroker.close());
      const environment = {
        TIDEGATE_LOG: log,
        TIDEGATE_STORE: 'redis',
        TIDEGATE_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
        ...(toBroker !== undefined && broker!.environment(toBroker)),
      };
      slots.push({ index, toRedis, toBroker, environment });
    }
    const descriptions = [
      `${redis.description}, appendfsync ${storeLoss ? 'everysec' : 'always'}`,
      ...(broker ? [broker.server.description] : []),
    ];
    const brokerAddress = broker?.address ?? `127.0.0.1:${redis.port}`;
    return { log, redis, broker: broker?.server ?? redis, brokerAddress, slots, descriptions, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const BROKERS = { kafka: kafkaBroker, nats: natsBroker };

async function natsBroker(slotCount: number): Promise<Broker> {
  const server = await startNats({ syncAlways: true });
  const port = Number(new URL(server.url).port);
  return {
    server,
    address: `127.0.0.1:${port}`,
    proxies: await proxiesTo(Array.from({ length: slotCount }, () => port)),
    environment: (proxy) => ({ TIDEGATE_NATS_SERVERS: `127.0.0.1:${proxy.port}` }),
  };
}

/** A broker tells its clients its address, so each slot has a listener whose advertised address is the slot's proxy. */
async function kafkaBroker(slotCount: number): Promise<Broker> {
  const [port = 0, controllerPort = 0, ...ports] = await freePorts(2 + slotCount);
  const proxies = await proxiesTo(ports);
  const names = ports.map((_, index) => `SLOT${index}`);
  const own = `PLAINTEXT://127.0.0.1:${port}`;
  const server = await prepareKafka(
    await kafkaSoftware(''),
    { id: 1, port, controllerPort },
    {
      properties: {
        listeners: [
          own,
          `CONTROLLER://127.0.0.1:${controllerPort}`,
          ...names.map((name, index) => `${name}://127.0.0.1:${ports[index]}`),
        ].join(','),
        'advertised.listeners': [
          own,
          ...names.map((name, index) => `${name}://127.0.0.1:${proxies[index]!.port}`),
        ].join(','),
        'listener.security.protocol.map': [
          'PLAINTEXT:PLAINTEXT',
          'CONTROLLER:PLAINTEXT',
          ...names.map((name) => `${name}:PLAINTEXT`),
        ].join(','),
        'group.min.session.timeout.ms': '500',
      },
    },
  );
  try {
    await server.start();
  } catch (error) {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    throw error;
  }
  return {
    server,
    address: `127.0.0.1:${port}`,
    proxies,
    environment: (proxy) => ({ TIDEGATE_KAFKA_BROKERS: `127.0.0.1:${proxy.port}` }),
  };
}

function proxiesTo(ports: readonly number[]): Promise<TcpProxy[]> {
  return Promise.all(ports.map((port) => tcpProxy({ host: '127.0.0.1', port })));
}
