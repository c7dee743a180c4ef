import type { HistoryRow, RunHead, StoredRun } from '../state-store.ts';
import { decodeHead } from './head-text.ts';
import type { RedisConnection } from './redis-connection.ts';
import { inPairs } from './reply.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const LOAD_RUNS = loadScript('load-runs');
const LOAD_HEADS = loadScript('load-heads');

/** Most runs of one call: it holds Redis up for some milliseconds. */
const RUNS_AT_ONCE = 2_000;
const BYTES_AT_ONCE = 8_388_608;

type LoadedRun = null | [head: string, cells: string[], pending: string[]];

/** Runs with their cells, heads alone, and histories. */
export class RunReads {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;

  constructor(redis: RedisConnection, keys: StoreKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async load(partition: number, keys: readonly string[]): Promise<(StoredRun | undefined)[]> {
    const runs: (StoredRun | undefined)[] = [];
    const prefix = this.#keys.of(partition);
    while (runs.length < keys.length) {
      const wanted = keys.slice(runs.length, runs.length + RUNS_AT_ONCE);
      const args = [prefix, BYTES_AT_ONCE, ...wanted];
      const found = await this.#redis.run(LOAD_RUNS, this.#keys.scriptKeys(partition), args);
      for (const run of found as LoadedRun[]) runs.push(toStoredRun(keys[runs.length]!, run));
    }
    return runs;
  }

  /** Heads in the order asked; undefined where the run is gone. */
  async heads(partition: number, keys: readonly string[]): Promise<(RunHead | undefined)[]> {
    if (keys.length === 0) return [];
    const args = [this.#keys.of(partition), ...keys];
    const found = await this.#redis.run(LOAD_HEADS, this.#keys.scriptKeys(partition), args);
    const texts = found as (string | null)[];
    return texts.map((text, i) => (text === null ? undefined : decodeHead(keys[i]!, text)));
  }

  async history(partition: number, key: string, from: number, limit: number): Promise<HistoryRow[]> {
    if (limit <= 0) return [];
    const first = Math.max(from, 1);
    // A run is a list that begins with its head.
    const range = [`${this.#keys.of(partition)}run:${key}`, first, first + limit - 1];
    const values = (await this.#redis.send('lrange', range)) as string[];
    return values.map((value, i) => ({ sequence: first + i, value }));
  }
}

function toStoredRun(key: string, run: LoadedRun): StoredRun | undefined {
  if (run === null) return undefined;
  const [head, cells, pending] = run;
  return { head: decodeHead(key, head), cells: [...inPairs(cells), ...inPairs(pending)] };
}
