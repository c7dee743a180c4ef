import kafkajs, { type Admin } from 'kafkajs';
import { TidegateError } from '../../model/errors.ts';
import { describe } from './topic.ts';

const HOUR_MS = 3_600_000;
/** A worker that is away for less than a day finds all it needs. */
const SHORT_RETENTION_MS = 24 * HOUR_MS;

/** What in the settings of topic and brokers breaks a promise, one line each. Rejects when no broker answers. */
export async function checkTopic(
  admin: Admin,
  topic: string,
  eventBytes: number,
): Promise<readonly string[]> {
  const found = await describe(admin, topic);
  if (found === undefined)
    throw new TidegateError('LOG_MISSING', `the topic ${JSON.stringify(topic)} is gone`);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const settings = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? [],
  );
  const replicas = Math.min(...found.partitions.map((partition) => partition.replicas.length));
  return [
    ...ofCopies(topic, replicas, Number(settings.get('min.insync.replicas'))),
    ...ofRetention(topic, settings),
    ...ofSize(topic, Number(settings.get('max.message.bytes')), eventBytes),
    ...ofPresence(topic, found.partitions),
  ];
}

function ofCopies(topic: string, replicas: number, minInsync: number): string[] {
  if (replicas === 1) {
    return [
      `topic ${topic}: replication factor 1; an acknowledged event is lost with its broker's disk, and no event is accepted while the broker is away (P1 needs 3)`,
    ];
  }
  if (minInsync < 2) {
    return [
      `topic ${topic}: min.insync.replicas ${minInsync}; an event acknowledged by one broker alone is lost with it (P1 needs 2)`,
    ];
  }
  if (minInsync >= replicas) {
    return [
      `topic ${topic}: min.insync.replicas ${minInsync} of ${replicas} replicas; no event is accepted while any one broker is away`,
    ];
  }
  return [];
}

function ofRetention(topic: string, settings: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const policy = settings.get('cleanup.policy') ?? 'delete';
  if (policy.includes('compact')) {
    found.push(
      `topic ${topic}: cleanup.policy ${policy}; compaction drops events that share a key (P1 needs delete)`,
    );
  }
  if (settings.get('unclean.leader.election.enable') === 'true') {
    found.push(
      `topic ${topic}: unclean.leader.election.enable true; a replica that lags may lead and acknowledged events go (P1 needs false)`,
    );
  }
  const retentionMs = Number(settings.get('retention.ms') ?? -1);
  if (retentionMs >= 0 && retentionMs < SHORT_RETENTION_MS) {
    found.push(
      `topic ${topic}: retention.ms ${retentionMs}; events a worker has not read for ${retentionMs / HOUR_MS} hours are deleted (POSITION_LOST)`,
    );
  }
  const bytes = Number(settings.get('retention.bytes') ?? -1);
  if (bytes >= 0) {
    found.push(
      `topic ${topic}: retention.bytes ${bytes}; events may be deleted before a worker has read them, whatever their age (-1 is safe)`,
    );
  }
  return found;
}

function ofSize(topic: string, maxMessageBytes: number, eventBytes: number): string[] {
  if (!(maxMessageBytes < eventBytes)) return [];
  return [
    `topic ${topic}: max.message.bytes ${maxMessageBytes} is below the limit eventBytes ${eventBytes}; larger events are refused when they are appended`,
  ];
}

function ofPresence(
  topic: string,
  partitions: readonly { partitionId: number; isr: number[]; replicas: number[] }[],
): string[] {
  const behind = partitions.filter(({ isr, replicas }) => isr.length < replicas.length);
  if (behind.length === 0) return [];
  const names = behind.map(({ partitionId }) => partitionId).join(', ');
  return [`topic ${topic}: partitions ${names} have replicas that are not in sync`];
}
