/**
 * The functions of the example, served over HTTP by a process of their own: `split`, `count` and `merge`. They know nothing of
 * Tidegate. `count` fails now and then, as functions do: which parts meet it is drawn from a seed, so that every start
 * shows the same. Tells its parent the port, and ends when the parent does.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Counts, countWords, mergeCounts, type Part, split, summarize } from './words.ts';

const PART_BYTES = 40_000;
const FAILURE_SEED = 7;
/** One part of so many fails at first. */
const FAILURE_RATE = 6;

/** Runs and parts whose count has failed already. */
const failed = new Set<string>();

const routes: Readonly<Record<string, (body: never, key: string) => Promise<unknown>>> = {
  '/split': async ({ path }: { path: string }) => ({
    parts: split(path, await readFile(path), PART_BYTES),
  }),
  '/count': async ({ path, from, to }: Part, key: string) => {
    failNowAndThen(key, from);
    const content = await readFile(path);
    return countWords(content.toString('utf8', from, to));
  },
  '/merge': async ({ counts }: { counts: readonly Counts[] }) => summarize(mergeCounts(counts)),
};

/** `key` begins with the run's name. */
function failNowAndThen(key: string, from: number): void {
  const draw = createHash('sha256').update(`${FAILURE_SEED} ${from}`).digest().readUInt32BE() % FAILURE_RATE;
  const once = `${key.slice(0, key.indexOf(':'))} ${from}`;
  if (draw !== 0 || failed.has(once)) return;
  failed.add(once);
  throw new Error('out of memory, try again');
}

const server = createServer(async (request, response) => {
  try {
    const route = routes[request.url ?? ''];
    if (!route) return void response.writeHead(404).end();
    const body = await readJson(request);
    const result = await route(body as never, String(request.headers['idempotency-key'] ?? ''));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  } catch (error) {
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: (error as Error).message }));
  }
});

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when this process goes.
process.on('SIGINT', () => {});
