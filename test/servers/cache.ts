import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { announce } from './announce.ts';
import { until } from './waiting.ts';

const CHECKOUT = new URL('../../', import.meta.url).pathname;

/** Where servers are installed. TIDEGATE_TEST_CACHE moves it, say to a folder that outlives the checkout. */
export const CACHE = resolve(CHECKOUT, process.env['TIDEGATE_TEST_CACHE'] || '.cache/servers');

/** No install takes longer; a lock that is older was left behind. */
const INSTALL_LIMIT_MS = 600_000;

/**
 * The folder `name` of the cache, installed by the first who asks. It is made under another name and renamed when complete,
 * so an interrupted install leaves nothing that looks whole. Others wait for the lock; it only spares them double work,
 * for where two do install at once the second rename loses and its folder is dropped.
 */
export async function cached(
  name: string,
  what: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const place = join(CACHE, name);
  if (existsSync(place)) return place;
  await mkdir(CACHE, { recursive: true });
  const unlock = await lock(name, () => existsSync(place));
  try {
    if (!existsSync(place)) await installInto(place, what, install);
  } finally {
    await unlock();
  }
  return place;
}

async function installInto(
  place: string,
  what: string,
  install: (folder: string) => Promise<void>,
): Promise<void> {
  const started = Date.now();
  announce(`installing ${what} into ${CACHE}`);
  await dropAbandoned(place);
  const partial = `${place}.partial-${process.pid}`;
  try {
    await mkdir(partial);
    await install(partial);
    await rename(partial, place).catch((error: unknown) => {
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  announce(`installed ${what} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Waits while another live process has the lock, unless what it makes is there. */
async function lock(name: string, done: () => boolean): Promise<() => Promise<void>> {
  const folder = join(CACHE, `${name}.lock`);
  let mine = false;
  const settled = async () => {
    mine = await mkdir(folder).then(
      () => true,
      () => false,
    );
    return mine || done() || (await isAbandoned(folder));
  };
  await until(settled, { what: `the lock ${folder}`, limitMs: INSTALL_LIMIT_MS, pollMs: 100 });
  if (done() && !mine) return async () => {};
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pid'), `${process.pid}`);
  return () => rm(folder, { recursive: true, force: true });
}

async function isAbandoned(folder: string): Promise<boolean> {
  const made = await stat(folder).catch(() => undefined);
  if (made === undefined) return false; // given back just now: the next attempt takes it
  const age = Date.now() - made.mtimeMs;
  if (age > INSTALL_LIMIT_MS) return true;
  const owner = await readFile(join(folder, 'pid'), 'utf8').catch(() => '');
  return owner === '' ? age > 5_000 : !isAlive(Number(owner));
}

/** Half installs of processes that are gone. */
async function dropAbandoned(place: string): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const [, pid] = /\.partial-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || !join(CACHE, name).startsWith(`${place}.`) || isAlive(Number(pid))) continue;
    await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
