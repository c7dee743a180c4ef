import type { EventLog, LogRecord, PartitionReader } from '../../../src/logs/event-log.ts';
import { TidegateError } from '../../../src/model/errors.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

interface Partition {
  readonly records: LogRecord[];
  /** Records from here on are not to be read yet. */
  visible: number;
  /** Offset of the next record. */
  next: number;
  readonly readers: Set<SimulatedReader>;
}

/**
 * A partitioned log that repeats records at later offsets, leaves gaps between offsets, shows records late, and loses
 * answers. What it has acknowledged it keeps for ever.
 */
export class SimulatedLog implements EventLog {
  readonly partitions: number;
  readonly #parts: readonly Partition[];
  readonly #timeline: Timeline;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #trace: Trace;

  constructor(partitions: number, timeline: Timeline, faults: Faults, random: Random, trace: Trace) {
    this.partitions = partitions;
    this.#timeline = timeline;
    this.#faults = faults;
    this.#random = random;
    this.#trace = trace;
    this.#parts = Array.from({ length: partitions }, () => ({
      records: [],
      visible: 0,
      next: 0,
      readers: new Set<SimulatedReader>(),
    }));
  }

  /** All there is, in order. */
  records(partition: number): readonly LogRecord[] {
    return this.#parts[partition]!.records;
  }

  async append(partition: number, values: readonly string[]): Promise<number> {
    const faults = this.#faults;
    await this.#timeline.sleep(this.#random.int(0, 3));
    if (faults.strikes('appendHangs')) {
      if (this.#random.chance(0.5)) this.#keep(partition, values);
      await this.#timeline.sleep(30_000);
      throw new TidegateError('STORE_UNAVAILABLE', 'the log did not answer');
    }
    if (faults.strikes('appendFails')) throw new TidegateError('STORE_UNAVAILABLE', 'the log is away');
    const offset = this.#keep(partition, values);
    if (faults.strikes('appendFailsAfter'))
      throw new TidegateError('STORE_UNAVAILABLE', 'the answer is lost');
    return offset;
  }

  #keep(partition: number, values: readonly string[]): number {
    const part = this.#parts[partition]!;
    for (const value of values) {
      if (this.#random.chance(0.02)) part.next++;
      part.records.push({ offset: part.next++, value });
      if (this.#faults.strikes('duplicate')) {
        this.#timeline.after(this.#random.int(0, 300), () => this.#keep(partition, [value]));
      }
    }
    this.#trace.add(`log ${partition} +${values.length} -> ${part.next}`);
    const upTo = part.records.length;
    const late = this.#faults.strikes('delay') ? this.#random.int(5, 200) : 0;
    this.#timeline.after(late, () => this.#show(part, upTo));
    return part.next - 1;
  }

  #show(part: Partition, upTo: number): void {
    if (part.visible >= upTo) return;
    part.visible = upTo;
    for (const reader of [...part.readers]) reader.wake();
  }

  async open(partition: number, from: number, onReady: () => void): Promise<PartitionReader> {
    await this.#timeline.sleep(1);
    const part = this.#parts[partition]!;
    if (from > part.next) {
      throw new TidegateError(
        'POSITION_LOST',
        `partition ${partition} ends at ${part.next}; ${from} was wanted`,
      );
    }
    return new SimulatedReader(part, from, onReady);
  }

  async head(partition: number): Promise<number> {
    await this.#timeline.sleep(1);
    const last = this.#parts[partition]!.records.at(-1);
    return last === undefined ? 0 : last.offset + 1;
  }

  async commit(): Promise<void> {}
  async close(): Promise<void> {}
}

class SimulatedReader implements PartitionReader {
  readonly #part: Partition;
  readonly #onReady: () => void;
  #next: number;
  #closed = false;

  constructor(part: Partition, from: number, onReady: () => void) {
    this.#part = part;
    this.#onReady = onReady;
    const at = part.records.findIndex(({ offset }) => offset >= from);
    this.#next = at < 0 ? part.records.length : at;
    part.readers.add(this);
  }

  take(max: number): readonly LogRecord[] {
    if (this.#closed) return [];
    const { records, visible } = this.#part;
    const end = Math.min(visible, this.#next + max);
    const taken = records.slice(this.#next, end);
    this.#next = Math.max(this.#next, end);
    return taken;
  }
  wake(): void {
    queueMicrotask(() => {
      if (!this.#closed) this.#onReady();
    });
  }
  close(): void {
    this.#closed = true;
    this.#part.readers.delete(this);
  }
}
