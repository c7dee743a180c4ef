import { TidegateError } from '../../model/errors.ts';
import type { StreamsConnection } from './streams-connection.ts';

/** What in the server's settings breaks a promise; in a Cluster, of one node. */
export async function checkSettings(connection: StreamsConnection): Promise<string[]> {
  const settings = new Map<string, string>();
  for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy']) {
    const answer = await permitted(connection.send('reading the settings of Redis', 'config', ['GET', name]));
    if (answer?.[1] !== undefined) settings.set(name, answer[1]);
  }
  if (settings.size === 0) {
    return [
      'Redis does not let this user read its settings: make sure that appendonly is yes, appendfsync always and maxmemory-policy noeviction (P1)',
    ];
  }
  const found: string[] = [];
  if (settings.get('appendonly') === 'no') {
    found.push('appendonly is no: acknowledged events are lost with the process (P1); set it to yes');
  } else if (settings.get('appendfsync') !== 'always') {
    found.push(
      `appendfsync is ${settings.get('appendfsync') ?? 'unknown'}: events acknowledged last are lost when the server loses power (P1); set it to always`,
    );
  }
  const policy = settings.get('maxmemory-policy');
  if (policy !== undefined && policy !== 'noeviction') {
    found.push(
      `maxmemory-policy is ${policy}: Redis may throw streams away when memory is short (P1); set it to noeviction`,
    );
  }
  return found;
}

/** Undefined where the user has no right to ask. */
async function permitted(answer: Promise<unknown>): Promise<readonly string[] | undefined> {
  try {
    return (await answer) as readonly string[];
  } catch (error) {
    if (error instanceof TidegateError && !error.retryable) return undefined;
    throw error;
  }
}
