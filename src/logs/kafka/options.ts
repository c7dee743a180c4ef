import type { KafkaConfig } from 'kafkajs';
import type { Limits } from '../../model/limits.ts';
import type { LogClock, LogLogger } from '../log-clock.ts';

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaLogOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Consumer group; without one the log has no assigner, and commits nothing. */
  readonly group?: string | undefined;
  /** Fixed at install. */
  readonly partitions: number;
  /** Makes the topic if it is missing: at install only. */
  readonly create: boolean;
  /** Copies of each partition in a topic that is made; default 3, or as many as there are brokers. */
  readonly replicationFactor?: number | undefined;
  /** Copies that must have a record before it is acknowledged; default one less than there are, and at least 1. */
  readonly minInsyncReplicas?: number | undefined;
  /** Milliseconds a topic that is made keeps its records; default seven days. */
  readonly retentionMs?: number | undefined;
  /** How brokers name this process in their logs and quotas. */
  readonly clientId: string;
  readonly sasl?: KafkaSasl | undefined;
  /** `true` for TLS with the system's authorities, or what `tls.connect` takes (`ca`, `cert`, `key`, `servername`). */
  readonly ssl?: KafkaConfig['ssl'] | undefined;
  readonly limits: Limits;
  readonly clock: LogClock;
  /** Bytes fetched and not taken yet, of all partitions together; default 64 MiB. */
  readonly maxBytesInFlight?: number | undefined;
  /** Milliseconds an append, a look at the head or an opening may take before it is LOG_UNAVAILABLE; default 15,000. */
  readonly answerMs?: number | undefined;
  /** Milliseconds without a heartbeat after which the group gives a process's partitions away; default 10,000. */
  readonly sessionMs?: number | undefined;
  /** Milliseconds between heartbeats, which is how soon a process hears of another that joins; default 300. */
  readonly heartbeatMs?: number | undefined;
  /** Milliseconds the group waits for its members to join anew when it changes; default 10,000. */
  readonly rebalanceMs?: number | undefined;
  readonly logger?: LogLogger | undefined;
}

export const DEFAULTS = {
  maxBytesInFlight: 67_108_864,
  answerMs: 15_000,
  sessionMs: 10_000,
  heartbeatMs: 300,
  rebalanceMs: 10_000,
  retentionMs: 604_800_000,
} as const;
