import { TidegateError } from '../../model/errors.ts';
import type { Relay } from '../event-log.ts';
import { elapsed, type LogClock, type LogLogger, waited } from '../log-clock.ts';
import { partitionOfText } from '../relay-routing.ts';
import { entryText } from './entry-text.ts';
import type { StreamKeys } from './streams.ts';
import type { StreamsConnection } from './streams-connection.ts';

const GROUP = 'tidegate-relay';
const ENTRIES_PER_READ = 1_000;
const BLOCK_MS = 1_000;
const RETRY_MS = 500;
/** An entry that was taken so long ago and is still there was taken by a relay that died. */
const CLAIM_AFTER_MS = 10_000;
const CLAIM_EVERY_MS = 3_000;

export interface RelayDependencies {
  /** Of its own, as it waits in it. */
  readonly connection: StreamsConnection;
  readonly keys: StreamKeys;
  readonly partitions: number;
  readonly append: (partition: number, values: readonly string[]) => Promise<number>;
  readonly clock: LogClock;
  readonly logger: LogLogger | undefined;
  readonly onClosed: (relay: StreamRelay) => void;
}

/**
 * Passes on what programs put into the ingress. An entry leaves the ingress once its copy in the partition is acknowledged; those of a
 * relay that died are claimed by the others.
 */
export class StreamRelay implements Relay {
  readonly #deps: RelayDependencies;
  #consumer = '';
  #trouble: string | undefined;
  #claimAt = 0;
  #closed = false;
  #done: Promise<void> = Promise.resolve();

  constructor(deps: RelayDependencies) {
    this.#deps = deps;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Rejects where the group can be neither found nor made. */
  async begin(): Promise<void> {
    await this.#prepare();
    this.#done = this.#run();
  }

  /** What was taken is passed on first, as far as the log answers. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#done;
    this.#deps.connection.close();
    this.#deps.onClosed(this);
  }

  async #prepare(): Promise<void> {
    const { ingress } = this.#deps.keys;
    await this.#send('xgroup', ['CREATE', ingress, GROUP, '0', 'MKSTREAM']).catch((error: unknown) => {
      if (!(error instanceof TidegateError && error.message.includes('BUSYGROUP'))) throw error;
    });
    this.#consumer = `relay-${String(await this.#send('client', ['ID']))}`;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (elapsed(this.#deps.clock) >= this.#claimAt) await this.#claim();
        await this.#passOn(await this.#take());
        this.#trouble = undefined;
      } catch (error) {
        await this.#sitOut(error);
      }
    }
    await this.#send('xgroup', ['DELCONSUMER', this.#deps.keys.ingress, GROUP, this.#consumer]).catch(() => {
      // Redis is away: the consumer's name stays, and has nothing pending.
    });
  }

  async #take(): Promise<readonly Entry[]> {
    const { ingress } = this.#deps.keys;
    const where = ['COUNT', ENTRIES_PER_READ, 'BLOCK', BLOCK_MS, 'STREAMS', ingress, '>'];
    const answer = await this.#send('xreadgroup', ['GROUP', GROUP, this.#consumer, ...where]);
    return (answer as readonly [string, readonly Entry[]][] | null)?.[0]?.[1] ?? [];
  }

  /** Takes over what relays that died had taken, this one's own name among them. */
  async #claim(): Promise<void> {
    const { keys, clock } = this.#deps;
    for (let cursor = '0-0'; ; ) {
      const args = [keys.ingress, GROUP, this.#consumer, CLAIM_AFTER_MS, cursor, 'COUNT', ENTRIES_PER_READ];
      const answer = (await this.#send('xautoclaim', args)) as [string, readonly (Entry | null)[]];
      await this.#passOn(answer[1].filter((entry) => entry !== null));
      cursor = answer[0];
      if (cursor === '0-0') break;
    }
    this.#claimAt = elapsed(clock) + CLAIM_EVERY_MS;
  }

  async #passOn(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { append, partitions, keys } = this.#deps;
    const batches = new Map<number, string[]>();
    for (const [, fields] of entries) {
      const text = entryText(fields);
      const partition = partitionOfText(text, partitions);
      const batch = batches.get(partition);
      if (batch === undefined) batches.set(partition, [text]);
      else batch.push(text);
    }
    await Promise.all([...batches].map(([partition, texts]) => append(partition, texts)));
    const ids = entries.map(([id]) => id);
    await this.#send('xack', [keys.ingress, GROUP, ...ids]);
    await this.#send('xdel', [keys.ingress, ...ids]);
  }

  /** What was taken and not passed on is claimed again. */
  async #sitOut(error: unknown): Promise<void> {
    const text = error instanceof TidegateError ? `${error.code}: ${error.message}` : String(error);
    if (this.#trouble === undefined && !this.#closed) {
      this.#deps.logger?.warn({ ingress: this.#deps.keys.ingress, error: text }, 'the relay waits');
    }
    this.#trouble = text;
    if (this.#closed) return;
    await waited(this.#deps.clock, RETRY_MS);
    // The stream may be gone, and the connection is another one.
    await this.#prepare().catch(() => undefined);
  }

  #send(command: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#deps.connection.send('passing on events', command, args);
  }
}

type Entry = readonly [id: string, fields: readonly string[]];
