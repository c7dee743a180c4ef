import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import { TidegateError } from '../../model/errors.ts';
import type { LogConnection } from './connection.ts';
import { DEFAULT_MAX_AGE_MS, DEFAULT_STREAM, DEFAULT_SUBJECT, type NatsLogOptions } from './options.ts';

const NANOSECONDS = 1_000_000;

/** The names under which events lie. */
export interface StreamNames {
  readonly stream: string;
  /** Where producers that know no partitions publish. */
  readonly ingress: string;
  readonly partitions: number;
}

export function streamNames({ stream, subject, partitions }: NatsLogOptions): StreamNames {
  return { stream: stream ?? DEFAULT_STREAM, ingress: subject ?? DEFAULT_SUBJECT, partitions };
}

export function subjectOf({ ingress }: StreamNames, partition: number): string {
  return `${ingress}.${partition}`;
}

/**
 * Makes the stream where there is none and `create` is set. Its subjects are listed one by one: so the server itself
 * keeps the number of partitions, and refuses an event for one that nobody reads. Throws LOG_MISSING,
 * PARTITIONS_CHANGED, or INVALID_CONFIGURATION for a stream that would not keep what was read.
 */
export async function requireStream(connection: LogConnection, options: NatsLogOptions): Promise<void> {
  const names = streamNames(options);
  const found = await configOf(connection, names.stream);
  if (found !== undefined) return requireFit(found, names);
  if (!options.create) {
    throw new TidegateError('LOG_MISSING', `there is no stream "${names.stream}"`);
  }
  const made = await connection.call(`making the stream "${names.stream}"`, (jetstream) =>
    jetstream.streams.add(configFor(names, options)),
  );
  requireFit(made.config, names);
}

async function configOf(connection: LogConnection, stream: string): Promise<StreamConfig | undefined> {
  try {
    const info = await connection.call(`reading the stream "${stream}"`, (jetstream) =>
      jetstream.streams.info(stream),
    );
    return info.config;
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'LOG_MISSING') return undefined;
    throw error;
  }
}

function configFor(names: StreamNames, options: NatsLogOptions): Partial<StreamConfig> & { name: string } {
  const { replicas = 1, maxAgeMs = DEFAULT_MAX_AGE_MS, maxBytes = -1 } = options;
  return {
    name: names.stream,
    description: 'Events of Tidegate: the ingress, and one subject per partition',
    subjects: subjectsOf(names),
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    num_replicas: replicas,
    max_age: maxAgeMs * NANOSECONDS,
    max_bytes: maxBytes,
    // Repeats are found by the engine; the server's window costs memory and would be shorter.
    duplicate_window: 1_000 * NANOSECONDS,
  };
}

function subjectsOf(names: StreamNames): string[] {
  const partitions = Array.from({ length: names.partitions }, (_, partition) => subjectOf(names, partition));
  return [names.ingress, ...partitions];
}

function requireFit(config: StreamConfig, names: StreamNames): void {
  const { stream, ingress } = names;
  const subjects = new Set(config.subjects);
  const missing = subjectsOf(names).filter((subject) => !subjects.has(subject));
  const numbers = [...subjects]
    .filter((subject) => subject.startsWith(`${ingress}.`))
    .map((subject) => subject.slice(ingress.length + 1))
    .filter((rest) => /^\d+$/.test(rest));
  if (numbers.length > 0 && numbers.length !== names.partitions) {
    throw new TidegateError(
      'PARTITIONS_CHANGED',
      `the stream "${stream}" has ${numbers.length} partitions; ${names.partitions} are configured`,
    );
  }
  if (missing.length > 0) {
    throw invalid(stream, `takes ${[...subjects].join(', ')}; ${missing.join(', ')} is missing`);
  }
  if (config.retention !== RetentionPolicy.Limits) {
    throw invalid(
      stream,
      `has the retention ${config.retention}; it must be limits, as events are read again`,
    );
  }
  if (config.no_ack === true) throw invalid(stream, 'acknowledges nothing (no_ack)');
}

function invalid(stream: string, what: string): TidegateError {
  return new TidegateError('INVALID_CONFIGURATION', `the stream "${stream}" ${what}`);
}
