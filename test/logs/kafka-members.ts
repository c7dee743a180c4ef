import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import type { EventLog, PartitionReader } from '../../src/logs/index.ts';

/** Where each partition was read up to, as a store would know it, and everything read so far. */
export class Positions {
  readonly next = new Map<number, number>();
  readonly epochs = new Map<number, number>();
  readonly seen = new Map<number, string[]>();

  taken(partition: number, offset: number, value: string): void {
    expect(offset).toBe(this.next.get(partition) ?? 0);
    this.next.set(partition, offset + 1);
    const seen = this.seen.get(partition);
    if (seen === undefined) this.seen.set(partition, [value]);
    else seen.push(value);
  }
}

/** A worker in miniature: reads what it is assigned from where the store says, and lets go when it is told. */
export class Member {
  readonly log: EventLog;
  readonly owned = new Set<number>();
  readonly readers = new Map<number, PartitionReader>();
  readonly events: string[] = [];
  readonly #positions: Positions;

  constructor(log: EventLog, positions: Positions) {
    this.log = log;
    this.#positions = positions;
  }

  async join(): Promise<this> {
    await this.log.assigner!.join({
      assigned: (partition, epoch) => {
        this.#assigned(partition, epoch).catch((error) => this.events.push(`${error}`));
      },
      revoked: async (partition) => {
        this.events.push(`-${partition}`);
        await turn();
        this.#close(partition);
      },
      lost: (partition) => {
        this.events.push(`!${partition}`);
        this.#close(partition);
      },
    });
    return this;
  }

  async #assigned(partition: number, epoch: number): Promise<void> {
    this.events.push(`+${partition}`);
    this.owned.add(partition);
    expect(epoch).toBeGreaterThan(this.#positions.epochs.get(partition) ?? -1);
    this.#positions.epochs.set(partition, epoch);
    const from = this.#positions.next.get(partition) ?? 0;
    const reader = await this.log.open(partition, from, () => this.#drain(partition));
    if (!this.owned.has(partition)) return reader.close();
    this.readers.set(partition, reader);
    this.#drain(partition);
  }

  #drain(partition: number): void {
    const reader = this.readers.get(partition);
    for (let some = reader?.take(3) ?? []; some.length > 0; some = reader?.take(3) ?? []) {
      for (const { offset, value } of some) this.#positions.taken(partition, offset, value);
    }
  }

  #close(partition: number): void {
    this.owned.delete(partition);
    this.readers.get(partition)?.close();
    this.readers.delete(partition);
  }
}
