import { TidegateError } from '../../model/errors.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Which version of Redis' protocol and scripts the server speaks (Valkey says one too); undefined where it may not be asked. */
export async function serverVersion(redis: RedisConnection): Promise<string | undefined> {
  const info = await permitted(redis.send('info', ['server']));
  return /^redis_version:(\S+)/m.exec(String(info ?? ''))?.[1];
}

const SETTINGS = ['maxmemory-policy', 'appendonly', 'appendfsync'];

/** What in the servers' settings breaks a promise, one line each. */
export async function checkServer(redis: RedisConnection): Promise<string[]> {
  const answers = await Promise.all(
    SETTINGS.map(async (name) => (await permitted(redis.askAll('config', ['get', name]))) ?? []),
  );
  const servers: Map<string, string>[] = [];
  for (const ofServers of answers as string[][][]) {
    for (const [i, [name, value]] of ofServers.entries()) {
      servers[i] ??= new Map();
      if (name !== undefined && value !== undefined) servers[i].set(name, value);
    }
  }
  if (servers.length === 0) {
    return [
      'Redis does not let this user read its settings: make sure of appendonly, appendfsync and maxmemory-policy by hand.',
    ];
  }
  return [...new Set(servers.flatMap(findings))];
}

function findings(settings: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const policy = settings.get('maxmemory-policy');
  if (policy !== undefined && policy !== 'noeviction') {
    found.push(
      `maxmemory-policy is ${policy}: Redis may throw state away when memory is short (P1, P2). Set it to noeviction.`,
    );
  }
  if (settings.get('appendonly') === 'no') {
    found.push(
      'appendonly is off: state is lost with the process, but for its last snapshot (P1, P2). Set it to yes.',
    );
  } else if (settings.get('appendfsync') === 'everysec') {
    found.push(
      'appendfsync is everysec: after a power failure the last second is replayed from the log and its effects are performed again (P11). Set it to always to lose nothing.',
    );
  } else if (settings.get('appendfsync') === 'no') {
    found.push(
      'appendfsync is no: after a power failure some half a minute is replayed from the log and its effects are performed again (P11). Set it to always to lose nothing.',
    );
  }
  return found;
}

/** Undefined where the user has no right to ask. */
async function permitted(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    const refused = error instanceof TidegateError && ['ACCESS_DENIED', 'INTERNAL'].includes(error.code);
    if (refused) return undefined;
    throw error;
  }
}
