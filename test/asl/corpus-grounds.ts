import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventLog, openEmbedded, openRedisStreamsLog } from '../../src/logs/index.ts';
import { LIMITS } from '../../src/model/limits.ts';
import { openRedisStore, type StateStore } from '../../src/stores/index.ts';
import { systemClock } from '../../src/workers/index.ts';
import { sharedRedis } from '../servers/index.ts';
import { freshPrefix } from '../stores/redis-stores.ts';

/** A log and a store of the test's own. */
export interface CorpusGround {
  readonly log: EventLog;
  readonly store: StateStore;
  close(): Promise<void>;
}

const STORE = { partitions: 4, limits: LIMITS, now: () => Date.now() };

/** In one file of a temporary folder. */
export async function embeddedGround(): Promise<CorpusGround> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-corpus-'));
  const { log, store, close } = await openEmbedded({ ...STORE, dataDir, synchronous: 'normal' });
  return {
    log,
    store,
    async close() {
      await close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** Streams and state in Redis. */
export async function redisGround(): Promise<CorpusGround> {
  const url = await sharedRedis();
  const prefix = freshPrefix();
  const log = await openRedisStreamsLog({
    url,
    prefix,
    partitions: STORE.partitions,
    create: true,
    clock: systemClock,
  });
  const store = await openRedisStore({ ...STORE, url, prefix: `${prefix}-state` });
  return {
    log,
    store,
    async close() {
      await log.close();
      await store.close();
    },
  };
}
