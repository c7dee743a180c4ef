import { TidegateError } from '../../model/errors.ts';
import { partitionOf } from '../../model/partition.ts';
import { RUN_STATUSES, splitRunKey } from '../../model/run.ts';
import type { Page, RunFilter, RunHead } from '../state-store.ts';
import { labelIndex } from './head-text.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RunReads } from './run-reads.ts';
import { loadScript } from './scripts.ts';
import { type StoreKeys, timeText } from './store-keys.ts';

const INDEX_PAGE = loadScript('index-page');

/** Runs with a label that are looked at for one page of those that pass the other filters too; then it may come short. */
const LOOKED_AT = 2_000;

/**
 * Lists of runs over all partitions, newest first. A member of an index is `STARTED KEY`; runs of the same moment are
 * ordered by their key, which is ASCII, so that the order of bytes and that of JavaScript are one.
 */
export class RunLists {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #reads: RunReads;
  readonly #partitions: number;

  constructor(redis: RedisConnection, keys: StoreKeys, reads: RunReads, partitions: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#reads = reads;
    this.#partitions = partitions;
  }

  async list(filter: RunFilter, page: { cursor?: string; limit: number }): Promise<Page<RunHead>> {
    const items: RunHead[] = [];
    let before = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
    for (let looked = 0; looked < LOOKED_AT; ) {
      const most = filter.label === undefined ? page.limit - items.length + 1 : Math.max(page.limit, 100);
      const members = await this.#members(filter, before, most);
      const heads = await this.#heads(members.map(({ key }) => key));
      for (const [i, head] of heads.entries()) {
        if (items.length === page.limit) return { items, cursor: encodeCursor(before!) };
        before = members[i]!.member;
        if (head !== undefined && passes(filter, head)) items.push(head);
      }
      if (members.length < most) return { items };
      looked += members.length;
    }
    return { items, cursor: encodeCursor(before!) };
  }

  /** The newest members of all the indexes that the filter asks for, at most `most`. */
  async #members(
    filter: RunFilter,
    before: string | undefined,
    most: number,
  ): Promise<{ member: string; key: string }[]> {
    const from = `(${timeText((filter.startedTo ?? Number.MAX_SAFE_INTEGER) + 1)}`;
    const newest = before !== undefined && `(${before}` < from ? `(${before}` : from;
    const bounds = [
      filter.startedTo === undefined && before === undefined ? '+' : newest,
      filter.startedFrom === undefined ? '-' : `[${timeText(filter.startedFrom)}`,
    ];
    const found = await Promise.all(
      Array.from({ length: this.#partitions }, async (_, partition) => {
        const args = [this.#keys.of(partition), ...bounds, most, ...indexesOf(filter)];
        const pages = await this.#redis.run(INDEX_PAGE, this.#keys.scriptKeys(partition), args);
        return (pages as string[][]).flat();
      }),
    );
    const members = found.flat().sort((a, b) => (a < b ? 1 : -1));
    return members.slice(0, most).map((member) => ({ member, key: member.slice(member.indexOf(' ') + 1) }));
  }

  async #heads(keys: readonly string[]): Promise<(RunHead | undefined)[]> {
    const byPartition = new Map<number, string[]>();
    for (const key of keys) {
      const partition = partitionOf(key, this.#partitions);
      const list = byPartition.get(partition);
      if (list === undefined) byPartition.set(partition, [key]);
      else list.push(key);
    }
    const heads = new Map<string, RunHead>();
    await Promise.all(
      [...byPartition].map(async ([partition, wanted]) => {
        for (const head of await this.#reads.heads(partition, wanted)) if (head) heads.set(head.key, head);
      }),
    );
    return keys.map((key) => heads.get(key));
  }
}

function indexesOf({ workflow, status, label }: RunFilter): string[] {
  if (label !== undefined) return [labelIndex(...label)];
  const statuses = status === undefined ? RUN_STATUSES : [status];
  return statuses.map((one) =>
    workflow === undefined ? `by-status:${one}` : `by-workflow:${workflow}:${one}`,
  );
}

/** A run may have changed since its index was read. */
function passes({ workflow, status, label }: RunFilter, head: RunHead): boolean {
  return (
    (workflow === undefined || splitRunKey(head.key).workflow === workflow) &&
    (status === undefined || head.status === status) &&
    (label === undefined || head.labels?.[label[0]] === label[1])
  );
}

function encodeCursor(member: string): string {
  return member.replace(/^0*(\d+) /, '$1.');
}
function decodeCursor(cursor: string): string {
  const match = /^(\d{1,13})\.([^/]+\/.+)$/.exec(cursor);
  if (match === null) {
    throw new TidegateError('INVALID_PARAMETER', `"${cursor}" is not a cursor of this list`);
  }
  return `${timeText(Number(match[1]))} ${match[2]}`;
}
