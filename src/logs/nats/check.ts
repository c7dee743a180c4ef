import { DiscardPolicy, StorageType } from 'nats';
import type { LogConnection } from './connection.ts';
import type { NatsLogOptions } from './options.ts';
import type { StreamNames } from './stream.ts';

/**
 * What in the server's and the stream's settings breaks a promise. A client is told the stream's; how often the server syncs its
 * files only the monitoring endpoint says.
 */
export async function checkSettings(
  connection: LogConnection,
  { stream }: StreamNames,
  options: NatsLogOptions,
): Promise<readonly string[]> {
  const { config, cluster } = await connection.call(`reading the stream "${stream}"`, (jetstream) =>
    jetstream.streams.info(stream),
  );
  const found: string[] = [];
  const say = (text: string) => found.push(`stream "${stream}": ${text}`);
  if (config.storage !== StorageType.File) {
    say('it lies in memory (storage); events are lost when the server stops (P1)');
  }
  if (config.num_replicas === 1) {
    say('it has one copy (num_replicas 1); events are lost with its disk (P1)');
  }
  if (config.discard !== DiscardPolicy.Old) {
    say(
      'it refuses new events when it is full (discard new); producers are held up instead of old events going',
    );
  }
  if (config.max_msgs_per_subject > 0) {
    say(
      `it keeps ${config.max_msgs_per_subject} records per partition; a worker that is away loses its place (P1)`,
    );
  }
  const away = cluster?.replicas?.filter(({ offline, current }) => offline === true || !current) ?? [];
  for (const { name } of away) say(`its copy on ${name} is away or behind`);
  found.push(...(await syncOf(options, config.num_replicas)));
  return found;
}

async function syncOf(options: NatsLogOptions, replicas: number): Promise<string[]> {
  const { monitoring = [], fetchText } = options;
  const risk =
    replicas > 1
      ? 'events acknowledged last are lost when most of the servers lose power at once (P1)'
      : 'events acknowledged last are lost when the server loses power (P1)';
  if (monitoring.length === 0 || fetchText === undefined) {
    return [
      `sync_interval is unknown, as no monitoring address is configured; unless it is "always", ${risk}`,
    ];
  }
  const answers = monitoring.map(async (address) => {
    try {
      const { jetstream } = JSON.parse(await fetchText(new URL('/varz', address).href)) as Varz;
      const { sync_always: always, sync_interval: interval } = jetstream?.config ?? {};
      if (always === true) return [];
      const every = interval === undefined ? 'not told' : `${interval / 1_000_000_000} s`;
      return [`sync_interval of ${address} is ${every}; ${risk}`];
    } catch (error) {
      return [`sync_interval of ${address} is unknown (${String(error)}); unless it is "always", ${risk}`];
    }
  });
  return (await Promise.all(answers)).flat();
}

/** What matters of `/varz`; the interval is in nanoseconds. */
interface Varz {
  readonly jetstream?: {
    readonly config?: { readonly sync_always?: boolean; readonly sync_interval?: number };
  };
}
