import { SHARED_KINDS, SharedServers } from './shared-provider.ts';

/** `npm run services`: Redis, NATS and Kafka for hand use until Ctrl-C, and the settings that point Tidegate at them. */
const VARIABLES = {
  redis: 'TIDEGATE_REDIS_URL',
  nats: 'TIDEGATE_NATS_SERVERS',
  kafka: 'TIDEGATE_KAFKA_BROKERS',
} as const;

const servers = new SharedServers();
const told = Promise.withResolvers<void>();
process.once('SIGINT', told.resolve);
process.once('SIGTERM', told.resolve);
const awake = setInterval(() => {}, 60_000);

const lines = await Promise.all(
  SHARED_KINDS.map(async (kind) => `export ${VARIABLES[kind]}=${await servers.address(kind)}`),
).catch(async (error: unknown) => {
  await servers.stop();
  throw error;
});
process.stdout.write(`${lines.join('\n')}\n`);
process.stderr.write('Ctrl-C stops them and removes their data.\n');

await told.promise;
clearInterval(awake);
await servers.stop();
