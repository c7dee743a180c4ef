/**
 * The port of the partitioned event log. Adapters: embedded (SQLite), memory, later Kafka, NATS JetStream, Redis Streams.
 * Every adapter passes `test/conformance/event-log.ts`.
 */
export interface LogRecord {
  /** Grows within the partition; gaps are allowed. */
  readonly offset: number;
  /** One structured-mode CloudEvent as JSON text. */
  readonly value: string;
}

export interface EventLog {
  readonly partitions: number;
  /** Every record was held to the rules of CloudEvents before it was appended, so that a reader need not do it again. */
  readonly trusted?: boolean;
  /**
   * Appends in order and resolves with the last record's offset once the log has made them durable.
   * Rejects with STORE_FULL or STORE_UNAVAILABLE; then none or some of them may have been kept.
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
  close(): Promise<void>;
}

export interface PartitionReader {
  /** Up to `max` records that are at hand, in order; empty when there are none. Never waits. */
  take(max: number): readonly LogRecord[];
  close(): void;
}
