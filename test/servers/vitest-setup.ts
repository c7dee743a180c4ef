import type { TestProject } from 'vitest/node';
import { installNeeded } from './needed-software.ts';
import { offerSharedServers, SharedServers } from './shared-provider.ts';
import { OFFER_VARIABLE } from './shared-servers.ts';

/** Once for a whole run of tests: offers the shared servers to all files. Returns what ends them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { testFiles } = await project.globTestFiles(filters(process.argv));
  await installNeeded(testFiles);
  const servers = new SharedServers();
  const { url, close } = await offerSharedServers(servers);
  process.env[OFFER_VARIABLE] = url;
  return async () => {
    close();
    await servers.stop();
  };
}

/** The file names that vitest was given, none for all. The value of an option may be among them, which does no harm. */
function filters(words: readonly string[]): string[] {
  const commands = new Set(['run', 'watch', 'dev', 'related', 'bench']);
  return words.slice(2).filter((word) => !word.startsWith('-') && !commands.has(word));
}
