import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { keyIn, letter, started, Writer } from '../conformance/batches.ts';
import { sharedRedis } from '../servers/index.ts';
import { freshPrefix, openStore } from './redis-stores.ts';

const page = readFileSync(new URL('../../docs/redis.md', import.meta.url), 'utf8');

/** Kinds of keys by the page's table: `partition` of `{tidegate:N}:partition`, with the type. */
function documented(): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const [, names, type] of page.matchAll(/^\| (`\{tidegate.*?) \| (\w+(?: \w+)?) \|/gm)) {
    for (const [, kind] of names!.matchAll(/`(?:\{tidegate(?::N)?\})?:([a-z-]+)/g)) kinds.set(kind!, type!);
  }
  return kinds;
}

test('the page lists every key, with its type', async () => {
  const url = await sharedRedis();
  const prefix = freshPrefix();
  const store = await openStore(url, { prefix });
  const writer = await Writer.acquire(store);
  const cells = [
    ['c', '1'],
    ['e', '2'],
  ] as const;
  await writer.write(
    [
      started(keyIn(0, 'w', 1), { labels: { a: 'b' } }, cells),
      started(keyIn(0, 'w', 2), { status: 'FAILED', endedAt: 2 }),
    ],
    { dedupe: Uint32Array.of(1, 2), deadLetters: [letter('x')] },
  );
  await store.putWorkflow({
    name: 'w',
    format: 'triggers',
    definition: { a: 1 },
    createdAt: '2026-01-01T00:00:00Z',
    triggers: [{ id: 'all-parts', condition: { type: 'counter' } }],
  });
  await store.putRecord('keys', 'id', 'value', 2_000_000_000_000);
  await store.shared!.lease({ worker: 'a', ttlMs: 60_000, hold: [], claim: [0], release: [] });
  const redis = new Redis(url);
  const written = new Map<string, string>();
  for (const key of await redis.keys(`{${prefix}[:}]*`)) {
    const kind = /\}:([a-z-]+)/.exec(key)![1]!;
    written.set(kind, (await redis.type(key)).replace('zset', 'sorted set'));
  }
  expect(
    new Map([...documented()].map(([kind, type]) => [kind, type.replace('sorted sets', 'sorted set')])),
  ).toEqual(written);
  const global = `{${prefix}}`;
  expect(JSON.parse((await redis.hget(`${global}:triggers:w:1`, 'all-parts'))!)).toEqual({
    id: 'all-parts',
    condition: { type: 'counter' },
  });
  expect(await redis.hgetall(`${global}:workflow:w:1`)).toEqual({
    name: 'w',
    version: '1',
    format: 'triggers',
    definition: '{"a":1}',
    createdAt: '2026-01-01T00:00:00Z',
  });
  redis.disconnect();
  await store.close();
});
