import { execFile } from 'node:child_process';
import { cpSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(CHECKOUT, '.cache/bench');
const run = promisify(execFile);

let built: Promise<string> | undefined;

/** The command line as a package holds it, compiled from this checkout: people do not run the sources. Resolves with its path. */
export function builtCommand(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const dist = join(FOLDER, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  const project = join(CHECKOUT, 'tsconfig.build.json');
  await run(process.execPath, [compiler, '-p', project, '--outDir', dist, '--noCheck']);
  cpSync(join(CHECKOUT, 'src/stores/redis/lua'), join(dist, 'stores/redis/lua'), { recursive: true });
  for (const beside of ['schemas', 'package.json']) {
    const link = join(FOLDER, beside);
    if (!existsSync(link)) symlinkSync(join(CHECKOUT, beside), link);
  }
  return join(dist, 'cli/main.js');
}
