import { announce } from './announce.ts';
import { cached } from './cache.ts';
import { once, ServerUnavailableError } from './provision.ts';
import { onPath, runCommand } from './run-command.ts';
import { localSoftware, type Software } from './software.ts';

const VERSION = '5.2.5';
const MAIN = 'import sys; from moto.server import main; main(sys.argv[1:])';

/** moto's server, installed by pip beside the other servers of the tests. */
export const motoSoftware = once(async (): Promise<Software> => {
  const python = onPath('python3');
  if (python === undefined) throw new ServerUnavailableError('No moto for the tests: no python3 on the PATH');
  const folder = await cached(`moto-${VERSION}`, `moto ${VERSION} with pip`, async (partial) => {
    const options = ['--quiet', '--disable-pip-version-check', '--no-compile', '--target', partial];
    await runCommand(python, ['-m', 'pip', 'install', ...options, `moto[server]==${VERSION}`]);
  });
  const env = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  return localSoftware(`moto ${VERSION}`, [python, '-c', MAIN], env);
});

/** Whether it can run here; where not, whoever runs the tests is told why. For `describe.skipIf`. */
export async function isMotoHere(): Promise<boolean> {
  try {
    await motoSoftware('');
    return true;
  } catch (error) {
    announce(`tests that need moto are left out: ${(error as Error).message}`);
    return false;
  }
}
