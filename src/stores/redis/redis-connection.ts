import { Cluster, type ClusterOptions, Command, Redis, type RedisOptions } from 'ioredis';
import { TidegateError } from '../../model/errors.ts';
import type { RedisAddress, RedisNode } from './redis-address.ts';
import { toStoreError } from './redis-errors.ts';
import type { Script } from './scripts.ts';

/** How long a command may take by default, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 5_000;
const LAST_RECONNECT_MS = 1_000;

export interface ConnectionOptions {
  /** Milliseconds until a command that is not answered rejects with STORE_UNAVAILABLE; default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** PEM text of the authority that signed the server's certificate; default: the system's. */
  readonly ca?: string | undefined;
}

export type Argument = string | number;

/**
 * One connection to Redis, a master found through Sentinel, or a Cluster. Nothing is queued and nothing is sent twice
 * by the client itself: while there is no connection every command is refused at once, and what was under way when it
 * broke rejects. So a command can't be executed late, behind one that was given after it; the caller sends again.
 */
export class RedisConnection {
  readonly #client: Redis | Cluster;
  readonly #address: RedisAddress;
  readonly #options: ConnectionOptions;
  #trouble: Error | undefined;
  #closed = false;

  private constructor(client: Redis | Cluster, address: RedisAddress, options: ConnectionOptions) {
    this.#client = client;
    this.#address = address;
    this.#options = options;
    client.on('error', (error: Error) => {
      this.#trouble = error;
    });
    client.on('ready', () => {
      this.#trouble = undefined;
    });
  }

  /** Rejects with STORE_UNAVAILABLE or ACCESS_DENIED when there is no connection to be had now. */
  static async open(address: RedisAddress, options: ConnectionOptions): Promise<RedisConnection> {
    const client =
      address.mode === 'cluster' ? clusterOf(address, options) : new Redis(nodeOptions(address, options));
    const connection = new RedisConnection(client, address, options);
    try {
      await client.connect();
      await connection.ping();
      return connection;
    } catch (error) {
      const coded = connection.#coded(error);
      connection.close();
      throw coded;
    }
  }

  /** Sends one command; all its keys have one hash tag. */
  async send(name: string, args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#dispatch(name, args);
    } catch (error) {
      throw this.#coded(error);
    }
  }

  /** Runs the script by its hash; with its text where the server does not know it yet. */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#dispatch('evalsha', [script.sha, keys.length, ...keys].concat(args as string[]));
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw this.#coded(error);
    }
    return this.send('eval', [script.text, keys.length, ...keys].concat(args as string[]));
  }

  /** Asks every server that is written to: the one there is, or all masters of a Cluster. */
  async askAll(name: string, args: readonly string[]): Promise<unknown[]> {
    if (!(this.#client instanceof Cluster)) return [await this.send(name, args)];
    const masters = this.#client.nodes('master');
    try {
      return await Promise.all(masters.map((master) => master.call(name, ...args)));
    } catch (error) {
      throw this.#coded(error);
    }
  }

  /** In a Cluster any node passes messages to all; always the same one keeps them in order. */
  async publish(channel: string, message: string): Promise<void> {
    if (this.#client instanceof Cluster) await this.#client.nodes('master')[0]?.publish(channel, message);
    else await this.send('publish', [channel, message]);
  }

  async ping(): Promise<void> {
    await this.send('ping', []);
  }

  /**
   * A connection of its own that can subscribe. It gives up after some attempts ("end"), as in a Cluster another node
   * may be a better choice then.
   */
  openSubscriber(): Redis {
    const node = this.#client instanceof Cluster ? this.#someMaster(this.#client) : undefined;
    return new Redis({
      ...nodeOptions(this.#address, this.#options, node),
      socketTimeout: undefined,
      enableOfflineQueue: true,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
      connectionName: 'tidegate-notices',
      ...(node && { retryStrategy: (attempt: number) => (attempt > 3 ? null : attempt * 100) }),
    } as RedisOptions);
  }
  #subscribed = 0;
  #someMaster(cluster: Cluster): RedisNode {
    const masters = cluster.nodes('master');
    const chosen = masters[this.#subscribed++ % Math.max(masters.length, 1)];
    return chosen === undefined
      ? this.#address.nodes[0]!
      : { host: chosen.options.host!, port: chosen.options.port! };
  }

  get closed(): boolean {
    return this.#closed;
  }
  close(): void {
    this.#closed = true;
    this.#client.disconnect();
  }

  #dispatch(name: string, args: readonly Argument[]): Promise<unknown> {
    if (this.#client.status !== 'ready')
      return Promise.reject(new Error(`there is no connection now (${this.#client.status})`));
    if (this.#client instanceof Redis) this.#gather(this.#client.stream);
    const command = new Command(name, args as Argument[], { replyEncoding: 'utf8' });
    return this.#client.sendCommand(command) as Promise<unknown>;
  }

  /** What is sent before the event loop's next turn goes out in one write: each costs as much as the commands in it. */
  #gather(stream: Redis['stream']): void {
    if (this.#corked === stream) return;
    this.#corked = stream;
    stream.cork();
    setImmediate(() => {
      this.#corked = undefined;
      stream.uncork();
    });
  }
  #corked: Redis['stream'] | undefined;

  #coded(error: unknown): unknown {
    if (this.#closed)
      return new TidegateError('STORE_UNAVAILABLE', 'the state store is closed', { cause: error });
    return toStoreError(error, this.#trouble);
  }
}

function nodeOptions(
  address: RedisAddress,
  options: ConnectionOptions,
  node = address.nodes[0]!,
): RedisOptions {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { username, password, sentinelPassword, master, db } = address;
  const tls = address.tls ? tlsOptions(options, node.host) : undefined;
  return {
    ...(address.mode === 'sentinel'
      ? {
          sentinels: [...address.nodes],
          name: master!,
          ...(sentinelPassword !== undefined && { sentinelPassword }),
          ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
        }
      : node),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
    db,
    protocol: 2,
    lazyConnect: true,
    disableClientInfo: true,
    connectionName: 'tidegate',
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // A peer that is gone without a word: drop the connection, and ask anew where the master is.
    socketTimeout: timeoutMs,
    maxLoadingRetryTime: LAST_RECONNECT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(25 * 2 ** Math.min(attempt, 10), LAST_RECONNECT_MS),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function clusterOf(address: RedisAddress, options: ConnectionOptions): Cluster {
  const {
    retryStrategy: _,
    lazyConnect: __,
    host: ___,
    port: ____,
    db: _____,
    ...redisOptions
  } = nodeOptions(address, options);
  const settings: ClusterOptions = {
    redisOptions,
    lazyConnect: true,
    // For nodes that are being connected to. A Cluster without any node is refused by `#dispatch`.
    enableOfflineQueue: true,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 50,
    slotsRefreshTimeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    clusterRetryStrategy: (attempt) => Math.min(25 * 2 ** Math.min(attempt, 10), LAST_RECONNECT_MS),
  };
  return new Cluster([...address.nodes], settings);
}

function tlsOptions(options: ConnectionOptions, host: string): { servername?: string; ca?: string } {
  const named = /[a-z]/i.test(host) && !host.includes(':');
  return {
    ...(named && { servername: host }),
    ...(options.ca !== undefined && { ca: options.ca }),
  };
}
