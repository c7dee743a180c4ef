import { TidegateError } from '../../model/errors.ts';
import type { Checkpoint, Owner, PartitionState, Suspect } from '../state-store.ts';
import type { StoreOptions } from '../store-options.ts';
import { checkpointArguments, decodeBlock } from './checkpoint-arguments.ts';
import type { RedisConnection } from './redis-connection.ts';
import { inPairs } from './reply.ts';
import { loadScript } from './scripts.ts';
import type { StoreKeys } from './store-keys.ts';

const TAKE_OVER = loadScript('take-over');
const CHECKPOINT = loadScript('checkpoint');
const MARK_SUSPECT = loadScript('mark-suspect');
const PENDING_PAGE = loadScript('pending-page');

const PENDING_RUNS = 1_000;
const PENDING_BYTES = 1_048_576;
const DEDUPE_BLOCKS = 10_000;

/** Ownership, checkpoints and what a takeover reads. */
export class PartitionStates {
  readonly #redis: RedisConnection;
  readonly #keys: StoreKeys;
  readonly #options: StoreOptions;

  constructor(redis: RedisConnection, keys: StoreKeys, options: StoreOptions) {
    this.#redis = redis;
    this.#keys = keys;
    this.#options = options;
  }

  async epochOf(partition: number): Promise<number> {
    const [key] = this.#keys.scriptKeys(partition);
    return Number((await this.#redis.send('hget', [key, 'epoch'])) ?? 0);
  }

  /** Fences everybody else first, so that what is read afterwards, page by page, stands still. */
  async acquire(partition: number, owner: Owner): Promise<PartitionState> {
    const answer = (await this.#redis.run(TAKE_OVER, this.#keys.scriptKeys(partition), [
      owner.token,
      owner.epoch,
      owner.again ? 0 : 1,
    ])) as [done: number, ...fields: string[]];
    if (answer[0] !== 1) throw fenced(`partition ${partition} is held under epoch ${answer[1]}`);
    const [, position, checkpoint, takeovers, suspect] = answer;
    const [dedupe, pending] = await Promise.all([this.#dedupe(partition), this.#pending(partition)]);
    return {
      position: Number(position),
      checkpoint: Number(checkpoint),
      dedupe,
      pending,
      takeovers: Number(takeovers),
      suspect: suspectOf(suspect!),
    };
  }

  async #dedupe(partition: number): Promise<Uint32Array[]> {
    const blocks: Uint32Array[] = [];
    for (;;) {
      const range = [
        `${this.#keys.of(partition)}dedupe`,
        blocks.length,
        blocks.length + DEDUPE_BLOCKS - 1,
      ] as const;
      const texts = (await this.#redis.send('lrange', range)) as string[];
      for (const text of texts) blocks.push(decodeBlock(text));
      if (texts.length < DEDUPE_BLOCKS) return blocks;
    }
  }

  async #pending(partition: number): Promise<PartitionState['pending']> {
    const prefix = this.#keys.of(partition);
    const pending: { run: string; cell: string; value: string }[] = [];
    let after = '-';
    for (;;) {
      const args = [prefix, after, PENDING_RUNS, PENDING_BYTES];
      const page = await this.#redis.run(PENDING_PAGE, this.#keys.scriptKeys(partition), args);
      const [more, ...found] = page as [number, ...(string | string[])[]];
      for (const [run, cells] of inPairs(found) as [string, string[]][]) {
        for (const [cell, value] of inPairs(cells)) pending.push({ run, cell, value });
        after = run;
      }
      if (more === 0) return pending;
    }
  }

  async checkpoint(checkpoint: Checkpoint): Promise<void> {
    const { partition, number } = checkpoint;
    const args = checkpointArguments(this.#keys.of(partition), checkpoint, this.#options);
    const answer = await this.#redis.run(CHECKPOINT, this.#keys.scriptKeys(partition), args);
    if (typeof answer === 'number') return;
    const [, epoch, stored] = answer as number[];
    throw fenced(
      `partition ${partition} stands at checkpoint ${stored} under epoch ${epoch}; ` +
        `${number} of epoch ${checkpoint.owner.epoch} is refused`,
    );
  }

  async markSuspect(partition: number, owner: Owner, { offset, tries }: Suspect): Promise<void> {
    const args = [owner.token, owner.epoch, offset, tries];
    const answer = await this.#redis.run(MARK_SUSPECT, this.#keys.scriptKeys(partition), args);
    if (answer !== 1) throw fenced(`partition ${partition} is held by another owner`);
  }
}

function fenced(message: string): TidegateError {
  return new TidegateError('FENCED', message);
}

/** Of `OFFSET TRIES`. */
function suspectOf(text: string): Suspect | undefined {
  if (text === '') return undefined;
  const [offset, tries = 1] = text.split(' ').map(Number);
  return { offset: offset!, tries };
}
