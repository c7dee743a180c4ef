import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, cached } from './cache.ts';

/** Run as a process of its own: installs a file in two steps, the second of which may never come, and prints what it has. */
const [wait = ''] = process.argv.slice(2);
const place = await cached('thing', 'a thing', async (folder) => {
  appendFileSync(join(CACHE, 'installs'), 'installing\n');
  await writeFile(join(folder, 'first'), 'done');
  process.stdout.write('half\n');
  if (wait === 'forever') await new Promise(() => setInterval(() => {}, 60_000));
  await writeFile(join(folder, 'second'), 'done');
});
process.stdout.write(`${place}\n`);
