export type LogKind = 'kafka' | 'nats' | 'redis';
export const LOG_KINDS: readonly LogKind[] = ['kafka', 'nats', 'redis'];

export interface ChaosOptions {
  readonly log: LogKind;
  /** Of load and faults; coming to rest takes up to `REST_MS` more. */
  readonly loadMs: number;
  readonly seed: number;
  readonly workers: number;
  readonly frontends: number;
  /** The store may lose its last second: Redis with `appendfsync everysec`. Never where Redis is the log too. */
  readonly storeLoss: boolean;
  /** False: the same load without any fault. */
  readonly faults: boolean;
  /** Folder for the logs of all processes. Default: one that goes with the run. */
  readonly logs?: string;
  /** One line for each fault. */
  readonly tell: (line: string) => void;
}

/** For everything to end or to wait for what nobody will send, once all faults are mended. */
export const REST_MS = 60_000;
export const LEASE_MS = 2_000;
export const PARTITIONS = 6;
/** Small, so that an event above it is cheap to send. */
export const EVENT_BYTES = 65_536;
/** No history of a run may end early, as the checkers make every run again from its own. */
export const HISTORY_ENTRIES = 5_000_000;
