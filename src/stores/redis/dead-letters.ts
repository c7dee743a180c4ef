import { TidegateError } from '../../model/errors.ts';
import type { DeadLetter, Page } from '../state-store.ts';
import { deadLetterMember } from './checkpoint-arguments.ts';
import type { RedisConnection } from './redis-connection.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const DELETE = loadScript('delete-dead-letter');

/** Entries of the index that are looked at, per partition and turn, for those that pass a filter. */
const ENTRIES_AT_ONCE = 1_000;
/** Turns for one page; then it may come short. */
const TURNS = 20;

interface Entry {
  readonly partition: number;
  readonly member: string;
  readonly id: string;
}

/** Dead letters over all partitions, newest first. Filters are read off the index, so that letters which do not pass cost little. */
export class DeadLetters {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #partitions: number;

  constructor(redis: RedisConnection, keys: StoreKeys, partitions: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#partitions = partitions;
  }

  async list(
    filter: { workflow?: string; run?: string },
    page: { cursor?: string; limit: number },
  ): Promise<Page<DeadLetter>> {
    const filtered = filter.workflow !== undefined || filter.run !== undefined;
    const most = filtered ? Math.max(ENTRIES_AT_ONCE, page.limit + 1) : page.limit + 1;
    const passing: Entry[] = [];
    let before = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
    let more = true;
    for (let turn = 0; more && passing.length <= page.limit && turn < TURNS; turn += 1) {
      const entries = await this.#entries(before, most);
      more = entries.length === most;
      before = entries.at(-1)?.member ?? before;
      for (const entry of entries) if (!filtered || passes(filter, entry)) passing.push(entry);
    }
    const shown = passing.slice(0, page.limit);
    const items = (await Promise.all(shown.map((entry) => this.#read(entry.partition, entry.id)))).filter(
      (letter) => letter !== undefined,
    );
    if (passing.length > page.limit) return { items, cursor: encodeCursor(shown.at(-1)!.member) };
    return more ? { items, cursor: encodeCursor(before!) } : { items };
  }

  /** The newest entries of all partitions before a place, at most `most`. */
  async #entries(before: string | undefined, most: number): Promise<Entry[]> {
    const from = before === undefined ? '+' : `(${before}`;
    const found = await Promise.all(
      Array.from({ length: this.#partitions }, async (_, partition) => {
        const key = `${this.#keys.of(partition)}dead-letter-times`;
        const args = [key, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, most];
        const members = (await this.#redis.send('zrange', args)) as string[];
        return members.map((member) => ({ partition, member, id: splitMember(member).id }));
      }),
    );
    return found
      .flat()
      .sort((a, b) => Buffer.compare(Buffer.from(b.member), Buffer.from(a.member)))
      .slice(0, most);
  }

  async #read(partition: number, id: string): Promise<DeadLetter | undefined> {
    const text = (await this.#redis.send('hget', [`${this.#keys.of(partition)}dead-letters`, id])) as
      | string
      | null;
    return text === null ? undefined : (JSON.parse(text) as DeadLetter);
  }

  /** An id does not tell its partition: all are asked. */
  async #find(id: string): Promise<{ partition: number; letter: DeadLetter } | undefined> {
    const found = await Promise.all(
      Array.from({ length: this.#partitions }, (_, partition) => this.#read(partition, id)),
    );
    const partition = found.findIndex((letter) => letter !== undefined);
    return partition < 0 ? undefined : { partition, letter: found[partition]! };
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    return (await this.#find(id))?.letter;
  }

  async delete(id: string): Promise<boolean> {
    const found = await this.#find(id);
    if (found === undefined) return false;
    const prefix = this.#keys.of(found.partition);
    const keys = [`${prefix}dead-letters`, `${prefix}dead-letter-times`];
    return (await this.#redis.run(DELETE, keys, [id, deadLetterMember(found.letter)])) === 1;
  }
}

/** `AT BYTES:ID[workflow,run]` */
function splitMember(member: string): { id: string; filters: string } {
  const match = /^\d+ (\d+):/.exec(member)!;
  const rest = member.slice(match[0].length);
  const bytes = Number(match[1]);
  const id =
    rest.length === Buffer.byteLength(rest)
      ? rest.slice(0, bytes)
      : Buffer.from(rest).toString('utf8', 0, bytes);
  return { id, filters: rest.slice(id.length) };
}

function passes(filter: { workflow?: string; run?: string }, { member }: Entry): boolean {
  const [workflow, run] = JSON.parse(splitMember(member).filters) as [string | null, string | null];
  return (
    (filter.workflow === undefined || filter.workflow === workflow) &&
    (filter.run === undefined || filter.run === run)
  );
}

function encodeCursor(member: string): string {
  return Buffer.from(member, 'utf8').toString('base64url');
}
function decodeCursor(cursor: string): string {
  const member = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^\d{13} \d+:/.test(member)) {
    throw new TidegateError('INVALID_PARAMETER', `"${cursor}" is not a cursor of this list`);
  }
  return member;
}
