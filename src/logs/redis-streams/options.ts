import type { LogClock, LogLogger } from '../log-clock.ts';

export interface RedisStreamsLogOptions {
  /** `redis://host:port`, a Cluster, or sentinels; see `parseRedisUrl` of the store. */
  readonly url: string;
  /** Begins every key; default `tidegate`. `<prefix>:events` is the ingress. */
  readonly prefix?: string | undefined;
  /** PEM text of the authority that signed the server's certificate; default: the system's. */
  readonly ca?: string | undefined;
  readonly partitions: number;
  /** Makes the streams where there are none (an install); otherwise that is LOG_MISSING. */
  readonly create: boolean;
  /** Milliseconds that records are kept below the position, for replay; default ten minutes. */
  readonly retentionMs?: number | undefined;
  /** Records of a partition that are kept below the position however old they are; default 10,000. */
  readonly keepRecords?: number | undefined;
  /** Records of a partition that are kept below the position at most, however young; default a million. */
  readonly maxRecords?: number | undefined;
  /** Bytes of records that all readers together keep in memory ahead of `take`; default 64 MiB. */
  readonly maxBytesInFlight?: number | undefined;
  /** Milliseconds until a command that is not answered is given up; default 5,000. */
  readonly timeoutMs?: number | undefined;
  readonly clock: LogClock;
  readonly logger?: LogLogger | undefined;
}

export const DEFAULTS = {
  prefix: 'tidegate',
  retentionMs: 600_000,
  keepRecords: 10_000,
  maxRecords: 1_000_000,
  maxBytesInFlight: 64 * 1024 ** 2,
} as const;
