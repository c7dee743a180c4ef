import { isDeepStrictEqual } from 'node:util';
import type { Page, StoredWorkflow } from '../state-store.ts';
import type { Argument, RedisConnection } from './redis-connection.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const PUT = loadScript('put-workflow');
const LIST = loadScript('list-workflows');
const DELETE = loadScript('delete-workflow');
const DROP_FINISHED = loadScript('drop-finished');

/** Finished runs of each status that one call removes. */
const RUNS_AT_ONCE = 250;

type Fields = [name: string, version: string, format: string, definition: string, createdAt: string];

/** Definitions by name and version. A write names the newest version it saw, so that it can't overtake another. */
export class WorkflowDefinitions {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #partitions: number;

  constructor(redis: RedisConnection, keys: StoreKeys, partitions: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#partitions = partitions;
  }

  async put(workflow: {
    name: string;
    format: string;
    definition: unknown;
    createdAt: string;
    triggers?: readonly object[];
  }): Promise<StoredWorkflow> {
    const { name, format, createdAt } = workflow;
    const text = JSON.stringify(workflow.definition);
    const definition: unknown = JSON.parse(text);
    const triggers = triggerFields(workflow.triggers ?? []);
    for (;;) {
      const newest = await this.get(name);
      if (newest?.format === format && isDeepStrictEqual(newest.definition, definition)) return newest;
      const args: Argument[] = [this.#keys.global, name, newest?.version ?? 0, format, text, createdAt];
      const version = await this.#redis.run(PUT, this.#keys.globalScriptKeys, args.concat(triggers));
      if (version !== 0) return { name, version: version as number, format, definition, createdAt };
    }
  }

  async get(name: string, version?: number): Promise<StoredWorkflow | undefined> {
    const wanted = version ?? (await this.#newest(name));
    if (wanted === undefined) return undefined;
    const names = ['name', 'version', 'format', 'definition', 'createdAt'];
    const fields = await this.#redis.send('hmget', [this.#keys.workflow(name, wanted), ...names]);
    return toWorkflow(fields as (string | null)[]);
  }

  async newestVersion(name: string): Promise<number | undefined> {
    const newest = await this.#newest(name);
    return newest === undefined ? undefined : Number(newest);
  }
  async #newest(name: string): Promise<string | undefined> {
    const [newest] = (await this.#redis.send('zrange', [this.#keys.versions(name), -1, -1])) as string[];
    return newest;
  }

  async list(page: { cursor?: string; limit: number }): Promise<Page<StoredWorkflow>> {
    const from = page.cursor === undefined ? '-' : `(${page.cursor}`;
    const args = [this.#keys.global, from, page.limit + 1];
    const rows = (await this.#redis.run(LIST, this.#keys.globalScriptKeys, args)) as Fields[];
    const items = rows.slice(0, page.limit).flatMap((row) => toWorkflow(row) ?? []);
    const last = items.at(-1);
    return rows.length > page.limit && last ? { items, cursor: last.name } : { items };
  }

  async versions(name: string): Promise<number[]> {
    return ((await this.#redis.send('zrange', [this.#keys.versions(name), 0, -1])) as string[]).map(Number);
  }

  /** The runs go first, some at a time; the versions last, so that a crash in between leaves a workflow to delete again. */
  async delete(name: string): Promise<boolean> {
    await Promise.all(
      Array.from({ length: this.#partitions }, async (_, partition) => {
        const args = [this.#keys.of(partition), name, RUNS_AT_ONCE];
        while ((await this.#redis.run(DROP_FINISHED, this.#keys.scriptKeys(partition), args)) !== 0);
      }),
    );
    for (;;) {
      const newest = await this.#newest(name);
      if (newest === undefined) return false;
      const args = [this.#keys.global, name, newest];
      if ((await this.#redis.run(DELETE, this.#keys.globalScriptKeys, args)) === 1) return true;
    }
  }
}

/** Each trigger under its id; for people, nothing reads it back. */
function triggerFields(triggers: readonly object[]): string[] {
  return triggers.flatMap((trigger, i) => {
    const { id } = trigger as { id?: unknown };
    return [typeof id === 'string' ? id : `${i}`, JSON.stringify(trigger)];
  });
}

function toWorkflow(fields: readonly (string | null)[]): StoredWorkflow | undefined {
  const [name, version, format, definition, createdAt] = fields as Fields;
  if (name === null) return undefined;
  return { name, version: Number(version), format, definition: JSON.parse(definition), createdAt };
}
