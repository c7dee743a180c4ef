import { join } from 'node:path';
import { cached } from './cache.ts';
import { containerSoftware } from './containers.ts';
import { unpackDebianPackages, unpackedCommand } from './debian-packages.ts';
import { once, provide } from './provision.ts';
import { onPath, runCommand } from './run-command.ts';
import { localSoftware, type Software } from './software.ts';

/** "debian": 2.9, which has no `sync_interval`. */
export type NatsVersion = 'current' | 'debian';

const CURRENT = '2.15.2';
const IMAGES = [`nats:${CURRENT}`, 'nats:2.15', 'nats:2', 'nats:latest'];
const DEBIAN = { suite: 'bookworm', packages: ['nats-server', 'libc6'], programs: ['nats-server'] };

const docker = {
  name: 'Docker',
  find: () => containerSoftware({ title: 'nats', names: IMAGES, entrypoint: ['nats-server'] }),
};
const goProxy = { name: 'the Go module proxy', find: fromGo };
const debian = { name: 'Debian packages', find: fromDebian };

/** The server of that version, from the first place that has one. */
export const natsSoftware = once((version) =>
  version === 'debian'
    ? provide<Software>('nats-server 2.9', [pathWith(9, 9), debian], 'put nats-server 2.9 on the PATH.')
    : provide<Software>(
        `nats-server ${CURRENT}`,
        [docker, pathWith(10, Number.POSITIVE_INFINITY), goProxy, debian],
        `put nats-server on the PATH, docker pull ${IMAGES[0]}, install Go, or name a running one in TIDEGATE_TEST_NATS_SERVERS.`,
      ),
);

/** nats-server 2.`first` to 2.`last`. */
function pathWith(first: number, last: number) {
  return {
    name: 'the PATH',
    find: async () => {
      const path = onPath('nats-server');
      if (path === undefined) throw new Error('no nats-server there');
      const version = await versionOf([path]);
      const minor = Number(version.split('.')[1]);
      if (minor < first || minor > last) throw new Error(`${path} is version ${version}`);
      return localSoftware(`nats ${version} (${path})`, [path]);
    },
  };
}

async function fromGo(): Promise<Software> {
  const go = onPath('go');
  if (go === undefined) throw new Error('no go on the PATH');
  const folder = await cached(`nats-${CURRENT}`, `nats-server ${CURRENT} with Go`, async (partial) => {
    const source = `github.com/nats-io/nats-server/v2@v${CURRENT}`;
    await runCommand(go, ['install', '-trimpath', '-ldflags', '-s -w', source], {
      env: { GOBIN: partial, CGO_ENABLED: '0' },
    });
  });
  return localSoftware(`nats ${CURRENT} (Go module)`, [join(folder, 'nats-server')]);
}

async function fromDebian(): Promise<Software> {
  const folder = await cached('nats-bookworm', 'nats-server of Debian bookworm', async (partial) => {
    await unpackDebianPackages(partial, DEBIAN);
    await versionOf(unpackedCommand(partial, 'nats-server'));
  });
  const command = unpackedCommand(folder, 'nats-server');
  return localSoftware(`nats ${await versionOf(command)} (Debian package)`, command);
}

async function versionOf([program = '', ...args]: readonly string[]): Promise<string> {
  const printed = await runCommand(program, [...args, '--version'], { limitMs: 10_000 });
  const [, version] = /v?(\d+\.\d+\.\d+)/.exec(printed) ?? [];
  if (version === undefined) throw new Error(`${program} names no version: ${printed.trim()}`);
  return version;
}
