import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath, runCommand } from './run-command.ts';

export interface DebianSource {
  /** "bookworm", say. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Programs wanted from them: names in /usr/bin or /usr/sbin. */
  readonly programs: readonly string[];
}

const ARCHITECTURES = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
} as const;

/**
 * Unpacks Debian packages into a folder with `bin` and `lib`, without installing them and with an apt of its own that knows
 * nothing of the system's packages. They bring their own C library, so they run beside any other.
 */
export async function unpackDebianPackages(folder: string, source: DebianSource): Promise<void> {
  for (const program of ['apt-get', 'dpkg'])
    if (!onPath(program)) throw new Error(`no ${program} on the PATH`);
  const work = join(folder, 'work');
  const root = join(work, 'root');
  const debs = join(work, 'debs');
  const state = ['etc/preferences.d', 'state/lists/partial', 'cache/archives/partial'];
  for (const each of [root, debs, ...state.map((part) => join(work, part))])
    await mkdir(each, { recursive: true });
  await writeFile(join(work, 'etc/sources.list'), `deb ${await mirror()} ${source.suite} main\n`);
  const apt = [
    '-qq',
    ...[`Dir::Etc=${work}/etc`, `Dir::State=${work}/state`, 'Dir::State::status=/dev/null'],
    ...[`Dir::Cache=${work}/cache`, 'APT::Sandbox::User=root', 'Acquire::Languages=none'],
    ...['Acquire::Retries=2', 'Acquire::http::Timeout=20', 'Acquire::https::Timeout=20'],
  ].flatMap((option, at) => (at === 0 ? [option] : ['-o', option]));
  await runCommand('apt-get', [...apt, 'update']);
  await runCommand('apt-get', [...apt, 'download', ...source.packages], { cwd: debs });
  for (const deb of await readdir(debs)) await runCommand('dpkg', ['-x', join(debs, deb), root]);
  await keep(root, folder, source.programs);
  await rm(work, { recursive: true });
}

/** A command that runs a program of such a folder with the libraries beside it. */
export function unpackedCommand(folder: string, program: string): string[] {
  const { loader } = architecture();
  const libraries = join(folder, 'lib');
  return [join(libraries, loader), '--library-path', libraries, join(folder, 'bin', program)];
}

/** The programs and all libraries; the rest of the packages is not needed. */
async function keep(root: string, folder: string, programs: readonly string[]): Promise<void> {
  const { triplet } = architecture();
  for (const part of ['usr/lib', 'lib']) {
    const libraries = join(root, part, triplet);
    if (existsSync(libraries))
      await cp(libraries, join(folder, 'lib'), { recursive: true, verbatimSymlinks: true });
  }
  await mkdir(join(folder, 'bin'));
  for (const program of programs) {
    const found = ['usr/bin', 'usr/sbin'].map((part) => join(root, part, program)).find(existsSync);
    if (found === undefined) throw new Error(`the packages bring no ${program}`);
    await cp(found, join(folder, 'bin', program), { dereference: true });
  }
}

function architecture(): (typeof ARCHITECTURES)['x64' | 'arm64'] {
  const { arch, platform } = process;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    throw new Error(`Debian packages run on Linux on x64 and arm64, this is ${platform} on ${arch}`);
  return ARCHITECTURES[arch];
}

/** The mirror this machine already takes Debian packages from, with its keys. */
async function mirror(): Promise<string> {
  architecture();
  const url = process.env['TIDEGATE_TEST_DEBIAN_MIRROR'] || (await systemMirror());
  if (url === undefined) throw new Error('no Debian mirror in /etc/apt nor in TIDEGATE_TEST_DEBIAN_MIRROR');
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!existsSync(keys))
    throw new Error(`no ${keys} (package debian-archive-keyring) to verify packages with`);
  return `[signed-by=${keys}] ${url}`;
}

async function systemMirror(): Promise<string | undefined> {
  const folder = '/etc/apt/sources.list.d';
  const lists = await readdir(folder).catch(() => []);
  for (const path of ['/etc/apt/sources.list', ...lists.map((name) => join(folder, name))]) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const [, url] = /^(?:URIs:|deb(?: \[[^\]]*\])?) *(https?:\S+\/debian)\/?(?:\s|$)/m.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  return undefined;
}
