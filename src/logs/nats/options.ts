import type { LogClock, LogLogger } from '../log-clock.ts';

/** TLS of the connection; texts are PEM. */
export interface NatsTls {
  /** Certificates of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** The client's own, together with `key`. */
  readonly certificate?: string;
  readonly key?: string;
  /** Name to expect in the server's certificate, where it is not the address's. */
  readonly serverName?: string;
}

export interface NatsLogOptions {
  /** `host:port` or `nats://host:port` each. */
  readonly servers: readonly string[];
  /** Default `TIDEGATE`. */
  readonly stream?: string;
  /** The ingress; `<subject>.<n>` are the partitions. Default `tidegate.events`. */
  readonly subject?: string;
  readonly partitions: number;
  /** Makes the stream where there is none (an install); otherwise that is LOG_MISSING. */
  readonly create: boolean;
  /** Of a stream that is made: copies of each record, in a cluster. Default 1. */
  readonly replicas?: number;
  /** Of a stream that is made: records older than so many milliseconds go. Default 7 days; 0: by size only. */
  readonly maxAgeMs?: number;
  /** Of a stream that is made: the oldest go beyond so many bytes. Default: no bound but the age. */
  readonly maxBytes?: number;

  readonly tls?: boolean | NatsTls;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Seed of an NKey, `SU...`. */
  readonly nkeySeed?: string;
  /** Text of a credentials file: user JWT and seed. */
  readonly credentials?: string;

  /** Bytes of records that all readers together keep in memory ahead of `take`; default 64 MiB. */
  readonly maxBytesInFlight?: number;
  /** Milliseconds until an answer that has not come is given up; default 5,000. */
  readonly timeoutMs?: number;
  /** The servers' monitoring endpoints, `http://host:8222` each, for settings that no client is told. */
  readonly monitoring?: readonly string[];
  /** Fetches a monitoring page; without it `monitoring` is not looked at. Rejects where it does not answer. */
  readonly fetchText?: (url: string) => Promise<string>;
  readonly clock: LogClock;
  readonly logger?: LogLogger;
}

export const DEFAULT_STREAM = 'TIDEGATE';
export const DEFAULT_SUBJECT = 'tidegate.events';
export const DEFAULT_TIMEOUT_MS = 5_000;
export const DEFAULT_BYTES_IN_FLIGHT = 64 * 1024 ** 2;
export const DEFAULT_MAX_AGE_MS = 7 * 24 * 3_600_000;
