import type { Assigner } from './assigner.ts';

/**
 * The port of the partitioned event log. Adapters: embedded (SQLite), memory, Kafka, NATS JetStream, Redis Streams.
 * Every adapter passes `test/conformance/event-log.ts`.
 */
export interface LogRecord {
  /** Grows within the partition; gaps are allowed. */
  readonly offset: number;
  /** One structured-mode CloudEvent as JSON text, or whatever else a producer put there: the reader of the text decides. */
  readonly value: string;
}

export interface EventLog {
  readonly partitions: number;
  /** Every record was held to the rules of CloudEvents before it was appended, so that a reader need not do it again. */
  readonly trusted?: boolean;
  /**
   * Appends in order and resolves with the last record's offset once the log has made them durable.
   * Rejects with STORE_FULL, STORE_UNAVAILABLE or LOG_UNAVAILABLE; then none or some of them may have been kept.
   */
  append(partition: number, values: readonly string[]): Promise<number>;
  /**
   * Reads from `from` (the offset wanted next). `onReady` is called, never from inside a call of the reader, when
   * records may have come after a `take` that returned none. Rejects with POSITION_LOST when the log no longer holds `from`.
   */
  open(partition: number, from: number, onReady: () => void): Promise<PartitionReader>;
  /** The offset that the next record will get at the least; records below it exist or are gone. */
  head(partition: number): Promise<number>;
  /** Tells the log how far the store has come: for lag metrics, and retention where the log is embedded. */
  commit(partition: number, position: number): Promise<void>;
  /** The newest record is so many records (or, where the log counts otherwise, offsets) ahead of `position`. */
  lag?(partition: number, position: number): Promise<number>;
  /** Where the log itself assigns partitions to processes (Kafka's consumer group). */
  readonly assigner?: Assigner;
  /**
   * Where events come in beside the partitions: passes each on to the right one (see `Relay`). Any number of processes
   * may run it at the same time.
   */
  relay?(): Promise<Relay>;
  /** Resolves with what in the server's settings breaks a promise, one line each; rejects when it does not answer. */
  check?(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Passes on what arrives at a log's ingress: an event that names workflow and run to their partition, any other to one
 * chosen by its source and id, whose owner routes it or puts it aside. At least once; repeats fall to dedupe.
 */
export interface Relay {
  /** Why nothing is passed on just now; undefined while all is well. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

export interface PartitionReader {
  /**
   * Up to `max` records that are at hand, in order; empty when there are none. Never waits. Throws POSITION_LOST or
   * LOG_MISSING once the log can't go on from where it is; an outage it sits out by itself.
   */
  take(max: number): readonly LogRecord[];
  /**
   * Below this offset nothing is left for this partition, once `take` has given all it had; may be far above the last record
   * where partitions share one sequence. A worker stores it now and then, so that retention does not overtake an idle partition.
   */
  caughtUpTo?(): number | undefined;
  close(): void;
}
