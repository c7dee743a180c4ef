import { TidegateError } from '../../model/errors.ts';
import { StoreKeys } from '../../stores/redis/store-keys.ts';

/** The names of the log's keys and channel. */
export class StreamKeys {
  readonly store: StoreKeys;
  /** Holds the number of partitions. */
  readonly installation: string;
  readonly ingress: string;
  /** The channel that says which partition has something new. */
  readonly channel: string;

  constructor(prefix: string) {
    this.store = new StoreKeys(prefix);
    this.installation = `${this.store.global}log`;
    this.ingress = `${prefix}:events`;
    this.channel = this.store.channel(APPENDED);
  }

  /** A partition's stream, in the slot of its state. */
  of(partition: number): string {
    return `${this.store.of(partition)}log`;
  }
}

/** The notice that a partition has something new. */
export const APPENDED = 'appended';

/** Entry ids are `0-<offset>`: the first part is no time, so that no clock can put them out of order. */
export function idOf(offset: number): string {
  return `0-${offset}`;
}
export function offsetOf(id: string): number {
  return +id.slice(id.indexOf('-') + 1);
}

/** Offsets that a stream holds: all from `first` on, up to but without `next`. Equal where it holds none. */
export interface Extent {
  readonly first: number;
  readonly next: number;
}

/** Reads the answer to XINFO STREAM, a list of names and values. */
export function extentOf(answer: readonly unknown[]): Extent {
  const fields = new Map<unknown, unknown>();
  for (let i = 0; i + 1 < answer.length; i += 2) fields.set(answer[i], answer[i + 1]);
  const next = offsetOf(String(fields.get('last-generated-id'))) + 1;
  const entry = fields.get('first-entry') as readonly [string, unknown] | null | undefined;
  return { first: entry ? offsetOf(entry[0]) : next, next };
}

/** Throws POSITION_LOST where the stream holds no records from `from` on, or has not come so far. */
export function requireHeld(partition: number, from: number, { first, next }: Extent): void {
  if (from >= first && from <= next) return;
  throw new TidegateError(
    'POSITION_LOST',
    `partition ${partition} holds offsets ${first} to ${next - 1}; ${from} was wanted`,
  );
}
