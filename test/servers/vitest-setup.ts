import { offerSharedServers, SharedServers } from './shared-provider.ts';
import { OFFER_VARIABLE } from './shared-servers.ts';

/** Once for a whole run of tests: offers the shared servers to all files. Returns what ends them. */
export default async function setup(): Promise<() => Promise<void>> {
  const servers = new SharedServers();
  const { url, close } = await offerSharedServers(servers);
  process.env[OFFER_VARIABLE] = url;
  return async () => {
    close();
    await servers.stop();
  };
}
