import { TidegateError } from '../../model/errors.ts';
import type { StreamKeys } from './streams.ts';
import type { StreamsConnection } from './streams-connection.ts';

/** A stream that holds nothing is made by making a group in it. */
const GROUP = 'made-by-tidegate';

/** Makes the streams where there are none and `create` is set. Throws LOG_MISSING or PARTITIONS_CHANGED. */
export async function requireStreams(
  connection: StreamsConnection,
  keys: StreamKeys,
  partitions: number,
  create: boolean,
): Promise<void> {
  const what = 'looking for the log';
  const installed = await connection.send(what, 'get', [keys.installation]);
  if (installed !== null && Number(installed) !== partitions) {
    throw new TidegateError(
      'PARTITIONS_CHANGED',
      `the log in Redis has ${String(installed)} partitions; ${partitions} are configured`,
    );
  }
  for (let partition = 0; partition < partitions; partition += 1) {
    const key = keys.of(partition);
    if ((await connection.send(what, 'exists', [key])) === 1) continue;
    if (installed !== null || !create) {
      throw new TidegateError('LOG_MISSING', `there is no stream "${key}"`);
    }
    await make(connection, key);
  }
  // Last, so that an install that was broken off is done again.
  if (installed === null) await connection.send(what, 'set', [keys.installation, partitions]);
}

async function make(connection: StreamsConnection, key: string): Promise<void> {
  const what = 'making the log';
  // Another process may make it at the same time.
  await connection.send(what, 'xgroup', ['CREATE', key, GROUP, '$', 'MKSTREAM']).catch((error: unknown) => {
    if (!(error instanceof TidegateError && error.message.includes('BUSYGROUP'))) throw error;
  });
  await connection.send(what, 'xgroup', ['DESTROY', key, GROUP]);
}
