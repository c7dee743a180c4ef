import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type RedisKind, redisSoftware } from './redis-software.ts';
import type { RedisServer } from './running-server.ts';
import { makeFolders, ServerProcess } from './server-process.ts';

export interface RedisOptions {
  /** Default: redis, which is 7.0. */
  readonly kind?: RedisKind;
  /** Default: everysec, as Redis has it. */
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  /** Lines of redis.conf by their names; they come after the harness's own. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Redis with an append-only file, empty at first. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await prepareRedis(await freePort(), options);
  await server.start();
  return server;
}

/** Not started yet. */
export async function prepareRedis(port: number, options: RedisOptions): Promise<RedisServer> {
  const { kind = 'redis', appendfsync = 'everysec', config = {} } = options;
  const software = await redisSoftware(kind);
  const folders = makeFolders(kind);
  const settings = {
    bind: '127.0.0.1',
    port: `${port}`,
    dir: folders.dataDir,
    save: '""',
    appendonly: 'yes',
    appendfsync,
    'aof-timestamp-enabled': 'yes',
    ...config,
  };
  const file = join(folders.folder, 'redis.conf');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const server = new ServerProcess({ software, args: [file], folders, answers: () => answersPing(port) });
  const password = config['requirepass'];
  const url = `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;
  return Object.assign(server, { url, port, dataDir: folders.dataDir });
}

/** Whether a Redis there has loaded its data; a demand for a password is an answer too. */
export async function answersPing(port: number): Promise<boolean> {
  const line = await firstLine(port, 'PING\r\n');
  return /^(\+PONG|-NOAUTH|-NOPERM)/.test(line);
}

/** What a server says first; empty where nobody listens. */
export function firstLine(port: number, question = ''): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let said = '';
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('connect', () => socket.write(question));
    socket.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) socket.destroy();
    });
    socket.on('error', () => {}); // refused or reset: nobody answers, which the caller sees
    socket.on('close', () => resolve(said));
  });
}
