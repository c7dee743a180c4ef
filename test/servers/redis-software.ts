import { join } from 'node:path';
import { cached } from './cache.ts';
import { containerSoftware } from './containers.ts';
import { type DebianSource, unpackDebianPackages, unpackedCommand } from './debian-packages.ts';
import { once, provide } from './provision.ts';
import { onPath, runCommand } from './run-command.ts';
import { localSoftware, type Software } from './software.ts';

export type RedisKind = 'redis' | 'valkey' | 'redis8';

interface Edition {
  readonly title: string;
  readonly program: string;
  readonly images: readonly string[];
  readonly atLeast: number;
  readonly below: number;
  readonly debian: DebianSource;
}

const OF_BOOKWORM = [
  'libssl3',
  'libgcrypt20',
  'libgpg-error0',
  'liblz4-1',
  'liblzma5',
  'liblua5.1-0',
  'lua-bitop',
  'lua-cjson',
];
const OF_TRIXIE = ['libssl3t64', 'zlib1g'];
const OF_BOTH = [
  'libc6',
  'libjemalloc2',
  'liblzf1',
  'libatomic1',
  'libsystemd0',
  'libstdc++6',
  'libgcc-s1',
  'libcap2',
  'libzstd1',
];

const EDITIONS: Readonly<Record<RedisKind, Edition>> = {
  redis: {
    title: 'redis',
    program: 'redis-server',
    images: ['redis:7.0', 'redis:7', 'redis:7-alpine'],
    atLeast: 7,
    below: 8,
    debian: {
      suite: 'bookworm',
      packages: ['redis-server', 'redis-tools', ...OF_BOTH, ...OF_BOOKWORM],
      programs: ['redis-server', 'redis-cli'],
    },
  },
  redis8: {
    title: 'redis',
    program: 'redis-server',
    images: ['redis:8', 'redis:8-alpine'],
    atLeast: 8,
    below: 9,
    debian: {
      suite: 'trixie',
      packages: ['redis-server', 'redis-tools', ...OF_BOTH, ...OF_TRIXIE],
      programs: ['redis-server', 'redis-cli'],
    },
  },
  valkey: {
    title: 'valkey',
    program: 'valkey-server',
    images: ['valkey/valkey:9', 'valkey/valkey:8', 'valkey/valkey:8.1'],
    atLeast: 8,
    below: Number.POSITIVE_INFINITY,
    debian: {
      suite: 'trixie',
      packages: ['valkey-server', 'valkey-tools', ...OF_BOTH, ...OF_TRIXIE],
      programs: ['valkey-server', 'valkey-cli'],
    },
  },
};

/** The program of that kind, from the first place that has one. */
export const redisSoftware = once((kind) => {
  const edition = EDITIONS[kind as RedisKind];
  const { title, program, images, atLeast } = edition;
  return provide<Software>(
    `${title} ${atLeast}`,
    [
      { name: 'Docker', find: () => containerSoftware({ title, names: images, entrypoint: [program] }) },
      { name: 'the PATH', find: () => fromPath(edition) },
      { name: 'Debian packages', find: () => fromDebian(kind, edition) },
    ],
    `put ${program} ${atLeast} on the PATH, docker pull ${images[0]}${kind === 'redis' ? ', or name a running one in TIDEGATE_TEST_REDIS_URL' : ''}.`,
  );
});

async function fromPath({ title, program, atLeast, below }: Edition): Promise<Software> {
  const path = onPath(program);
  if (path === undefined) throw new Error(`no ${program} there`);
  const version = await versionOf([path]);
  const major = Number.parseInt(version, 10);
  if (major < atLeast || major >= below) throw new Error(`${path} is version ${version}`);
  return localSoftware(`${title} ${version} (${path})`, [path]);
}

async function fromDebian(kind: string, { title, program, debian }: Edition): Promise<Software> {
  const folder = await cached(
    `${kind}-${debian.suite}`,
    `${title} of Debian ${debian.suite}`,
    async (partial) => {
      await unpackDebianPackages(partial, debian);
      await versionOf(unpackedCommand(partial, program));
    },
  );
  const command = unpackedCommand(folder, program);
  return localSoftware(`${title} ${await versionOf(command)} (Debian package)`, command, {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
  });
}

async function versionOf([program = '', ...args]: readonly string[]): Promise<string> {
  const printed = await runCommand(program, [...args, '--version'], { limitMs: 10_000 });
  const [, version] = /\bv=(\d+\.\d+\.\d+)/.exec(printed) ?? [];
  if (version === undefined) throw new Error(`${program} names no version: ${printed.trim()}`);
  return version;
}
