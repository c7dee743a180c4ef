import { startRedis } from './index.ts';

/** Run as a process of its own, to be killed: starts a Redis and says where it is, then waits. */
const { pid, dataDir } = await startRedis();
process.stdout.write(`${JSON.stringify({ pid, dataDir })}\n`);
setInterval(() => {}, 60_000);
