import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type NatsVersion, natsSoftware } from './nats-software.ts';
import { firstLine } from './redis.ts';
import type { NatsServer } from './running-server.ts';
import { makeFolders, ServerProcess } from './server-process.ts';

export interface NatsOptions {
  /** JetStream syncs each write before it acknowledges. */
  readonly syncAlways?: boolean;
  /** More text for the configuration file: `authorization {}` or `tls {}`, say. */
  readonly config?: string;
  /** Default: current. */
  readonly version?: NatsVersion;
}

/** A NATS server with JetStream, empty at first. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const server = await prepareNats(await freePort(), options);
  await server.start();
  return server;
}

/** Not started yet. `answers` is asked in addition to whether the server greets. */
export async function prepareNats(
  port: number,
  options: NatsOptions,
  answers: () => Promise<boolean> = async () => true,
): Promise<NatsServer> {
  const { syncAlways = false, config = '', version = 'current' } = options;
  const software = await natsSoftware(version);
  const folders = makeFolders('nats');
  const file = join(folders.folder, 'nats.conf');
  const sync = syncAlways ? 'sync_interval: always' : '';
  writeFileSync(
    file,
    [
      `listen: "127.0.0.1:${port}"`,
      `jetstream { store_dir: "${folders.dataDir}"\n${sync} }`,
      config,
      '',
    ].join('\n'),
  );
  const server = new ServerProcess({
    software,
    args: ['-c', file],
    folders,
    answers: async () => (await firstLine(port)).startsWith('INFO ') && (await answers()),
  });
  return Object.assign(server, { url: `nats://127.0.0.1:${port}`, dataDir: folders.dataDir });
}
