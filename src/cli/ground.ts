import { readFile } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import {
  type EventLog,
  openEmbedded,
  openKafkaLog,
  openNatsLog,
  openRedisStreamsLog,
} from '../logs/index.ts';
import { TidegateError } from '../model/errors.ts';
import { LIMITS, type Limits } from '../model/limits.ts';
import { openRedisStore, type StateStore } from '../stores/index.ts';
import { systemClock } from '../workers/index.ts';
import type { Configuration } from './settings.ts';

/** What an engine stands on. */
export interface Ground {
  readonly log: EventLog;
  readonly store: StateStore;
  /** Other processes may stand on it at the same time. */
  readonly shared: boolean;
  close(): Promise<void>;
}

/** Which log the positions in a store belong to. */
const INSTALLATION = ['installation', 'log'] as const;

export interface OpenGroundOptions {
  /** Once aborted, servers that are away are waited for no longer. */
  readonly interrupted?: AbortSignal;
  /** Told why it waits. */
  readonly onWait?: (reason: string) => void;
}

/**
 * Opens log and store as the settings say; at the first start it makes what is missing. Servers that are away are waited
 * for. Rejects with INVALID_CONFIGURATION for settings that do not go together, ACCESS_DENIED, LOG_MISSING, PARTITIONS_CHANGED,
 * STORE_VERSION, and what the embedded ground may reject with. Then nothing is left open.
 */
export async function openGround(
  values: Configuration,
  logger: FastifyBaseLogger,
  options: OpenGroundOptions = {},
): Promise<Ground> {
  const limits = { ...LIMITS, ...values.limits };
  if (values.log === 'embedded' && values.store === 'embedded') return embeddedGround(values, limits);
  if (values.store === 'embedded' || values.log === 'embedded') {
    const [lone, other] = values.log === 'embedded' ? ['log', 'store'] : ['store', 'log'];
    throw new TidegateError(
      'INVALID_CONFIGURATION',
      `\`${other}\` is ${values[other as 'log' | 'store']} and \`${lone}\` is embedded; the embedded ${lone} serves one process alone: set TIDEGATE_${lone!.toUpperCase()} too`,
    );
  }
  return patiently(() => openSharedGround(values, limits, logger), logger, options);
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

async function patiently<T>(
  open: () => Promise<T>,
  logger: FastifyBaseLogger,
  { interrupted, onWait }: OpenGroundOptions,
): Promise<T> {
  let said = '';
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(2 * delay, LAST_RETRY_MS)) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof TidegateError && error.retryable) || interrupted?.aborted) throw error;
      const reason = `${error.code}: ${error.message}`;
      if (reason !== said) logger.warn({}, `waiting to start: ${reason}`);
      said = reason;
      onWait?.(reason);
    }
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(delay, resolve);
      interrupted?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}

async function openSharedGround(
  values: Configuration,
  limits: Limits,
  logger: FastifyBaseLogger,
): Promise<Ground> {
  const store = await openStore(values, limits);
  try {
    const log = await openLog(values, limits, store, logger);
    return {
      log,
      store,
      shared: true,
      async close() {
        await log.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function embeddedGround(values: Configuration, limits: Limits): Promise<Ground> {
  const { dataDir, partitions, synchronous, retentionMs } = values;
  const now = () => systemClock.now();
  const opened = await openEmbedded({
    dataDir,
    partitions,
    limits,
    now,
    synchronous,
    finishedRunsMs: retentionMs,
  });
  return { ...opened, shared: false };
}

async function openStore(values: Configuration, limits: Limits): Promise<StateStore> {
  const { partitions, redisUrl, redisPrefix, redisCaFile, retentionMs } = values;
  return openRedisStore({
    url: redisUrl,
    prefix: redisPrefix,
    ca: await textOf(redisCaFile, 'redisCaFile'),
    partitions,
    limits,
    now: () => systemClock.now(),
    finishedRunsMs: retentionMs,
  });
}

/** The log is made when the store knows of none yet: later one that is missing has been lost. */
async function openLog(
  values: Configuration,
  limits: Limits,
  store: StateStore,
  logger: FastifyBaseLogger,
): Promise<EventLog> {
  const name = nameOf(values);
  const installed = await store.getRecord(...INSTALLATION);
  if (installed !== undefined && installed !== name) {
    throw new TidegateError(
      'INVALID_CONFIGURATION',
      `the store was installed with the log ${installed}, and is now to be used with ${name}: its positions would mean other events`,
    );
  }
  const log = await openers[values.log as 'kafka'](values, limits, installed === undefined, logger);
  if (installed === undefined) await store.addRecord(...INSTALLATION, name);
  return log;
}

function nameOf({ log, kafkaTopic, natsStream, natsSubject, redisPrefix }: Configuration): string {
  if (log === 'kafka') return `kafka ${kafkaTopic}`;
  return log === 'nats' ? `nats ${natsStream} ${natsSubject}` : `redis ${redisPrefix}`;
}

type Opener = (
  values: Configuration,
  limits: Limits,
  create: boolean,
  logger: FastifyBaseLogger,
) => Promise<EventLog>;

const openers: Readonly<Record<'kafka' | 'nats' | 'redis', Opener>> = {
  async kafka(values, limits, create, logger) {
    const { kafkaBrokers, kafkaTopic, kafkaGroup, kafkaSasl, kafkaUser, kafkaPassword } = values;
    const ca = await textOf(values.kafkaCaFile, 'kafkaCaFile');
    if (kafkaSasl !== undefined && (kafkaUser === undefined || kafkaPassword === undefined)) {
      throw new TidegateError(
        'INVALID_CONFIGURATION',
        '`kafkaSasl` is set; `kafkaUser` and `kafkaPassword` must be set too',
      );
    }
    return openKafkaLog({
      brokers: kafkaBrokers,
      topic: kafkaTopic,
      group: kafkaGroup,
      partitions: values.partitions,
      create,
      replicationFactor: values.kafkaReplicationFactor,
      minInsyncReplicas: values.kafkaMinInsyncReplicas,
      retentionMs: values.logRetentionMs,
      clientId: 'tidegate',
      sasl: kafkaSasl && { mechanism: kafkaSasl, username: kafkaUser!, password: kafkaPassword! },
      ssl: ca === undefined ? values.kafkaTls : { ca },
      limits,
      clock: systemClock,
      maxBytesInFlight: values.logBytesInFlight,
      sessionMs: values.leaseMs,
      logger,
    });
  },
  async nats(values, _limits, create, logger) {
    const ca = await textOf(values.natsCaFile, 'natsCaFile');
    const nkeySeed = (await textOf(values.natsNkeyFile, 'natsNkeyFile'))?.trim();
    const credentials = await textOf(values.natsCredsFile, 'natsCredsFile');
    const { natsUser: user, natsPassword: password, natsToken: token, natsReplicas: replicas } = values;
    return openNatsLog({
      servers: values.natsServers,
      stream: values.natsStream,
      subject: values.natsSubject,
      partitions: values.partitions,
      create,
      clock: systemClock,
      logger,
      maxBytesInFlight: values.logBytesInFlight,
      monitoring: values.natsMonitoring,
      fetchText: async (url) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text(),
      tls: ca === undefined ? values.natsTls : { ca },
      ...(values.logRetentionMs !== undefined && { maxAgeMs: values.logRetentionMs }),
      ...(replicas !== undefined && { replicas }),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ...(token !== undefined && { token }),
      ...(nkeySeed !== undefined && { nkeySeed }),
      ...(credentials !== undefined && { credentials }),
    });
  },
  async redis(values, _limits, create, logger) {
    return openRedisStreamsLog({
      url: values.redisUrl,
      prefix: values.redisPrefix,
      ca: await textOf(values.redisCaFile, 'redisCaFile'),
      partitions: values.partitions,
      create,
      clock: systemClock,
      maxBytesInFlight: values.logBytesInFlight,
      retentionMs: values.logRetentionMs,
      logger,
    });
  },
};

async function textOf(path: string | undefined, setting: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TidegateError('INVALID_CONFIGURATION', `\`${setting}\` cannot be read: ${why}`, { cause });
  }
}
